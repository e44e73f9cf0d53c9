import Foundation
import Mail
import Postgres
import Schema
import TestKit
import Testing

@testable import Notifications

/// From deliveries that are given up to the mail that tells of them.
@Suite struct ErrorReportTests {
    private static let path = "PUT /admin/v1/error-reports/{name}"
    private static let file = "GET /admin/v1/error-report-files/{id}"

    /// When every report that is configured now is due once.
    private static var tomorrow: Timestamp { .now() + .seconds(86_400 + 120) }

    private func configure(
        _ office: PostOffice, _ name: String = "ops", endpoints: JSONValue = .null, as account: AccountID? = nil,
        recipients: JSONValue = ["ops@example.com"]
    ) async throws -> RouteCaller.Answer {
        try await office.caller.call(
            Self.path, ["name": name],
            body: ["recipients": recipients, "endpoints": endpoints, "schedule": ["time_zone": "Europe/Berlin"]],
            as: account)
    }

    /// An endpoint, and deliveries that have failed there.
    private func fail(
        _ office: PostOffice, _ endpoint: String, _ type: String, status: Int? = 500, error: String? = nil,
        count: Int = 1, as account: AccountID? = nil
    ) async throws {
        try await office.database.execute(
            """
            WITH endpoint AS (
                INSERT INTO webhook_endpoints (id, account_id, name, url, style, payload_version, events, secrets,
                    created_at, configured_at)
                VALUES (\(WebhookEndpointID()), \(account ?? office.account), \(endpoint), 'https://shop.example',
                    'retailos', 'v1', ARRAY['*'], '', now(), now())
                ON CONFLICT (account_id, name) DO UPDATE SET url = excluded.url RETURNING id, account_id
            )
            INSERT INTO webhook_delivery_log (recorded_at, id, account_id, endpoint_id, event_id, type, subject, sequence,
                status, attempts, due_at, created_at, last_attempt_at, last_status, last_error)
            SELECT now(), gen_random_uuid(), account_id, endpoint.id, gen_random_uuid(), \(type), '=cmd|x', number,
                'failed', 3, now(), now(), now(), \(status)::integer, \(error)::text
            FROM endpoint, generate_series(1, \(count)::bigint) AS number
            """)
    }

    /// Makes what is due, and answers how much that was.
    private func report(_ office: PostOffice, at time: Timestamp = tomorrow) async throws -> Int {
        var count = 0
        while try await office.reporting.reportNext(at: time) { count += 1 }
        return count
    }

    @Test func `what a receiver has refused is told by mail, and listed behind its link`() async throws {
        let host = try await MailServer()
        defer { host.stop() }
        try await Engine.with { engine in
            let receiver = try await WebhookReceiver.start { _ in .init(500, body: "no ada@example.com") }
            let office = try PostOffice(database: engine.database)
            try await engine.endpoint("shop", receiver.url("/hook"), retry: RetrySettings(limit: 1))
            let configured = try await configure(
                office, as: engine.account, recipients: ["ops@example.com", "b@b.example"])
            #expect(configured.status == 201)
            for subject in ["one", "two", "three"] { try await engine.record(subject: subject) }
            try await engine.dispatching { _ in
                try await eventually("all have failed") {
                    try await engine.deliveries(of: "shop").filter { $0.status == .failed }.count == 3
                }
            }
            #expect(try await report(office) == 1)
            var server = SMTPServer(url: host.url)
            (server.username, server.password) = (MailServer.user, MailServer.password)
            server.trustedRoots = host.certificate
            try await office.sending(try office.messaging(smtp: server)) {
                try await eventually("both have their mail") { try host.mails.count == 2 }
            }
            let mails = try host.mails
            #expect(Set(mails.flatMap(\.recipients)) == ["ops@example.com", "b@b.example"])
            #expect(mails.allSatisfy { $0.isEncrypted && $0.headers["subject"] == "ops: 3 failed deliveries" })
            let text = try #require(mails.first?.parts["text/plain"])
            #expect(text.contains("3 × shop, "))
            #expect(text.contains(": HTTP 500\n"))
            for part in mails.flatMap(\.parts.values) { #expect(!part.contains("ada") && !part.contains("three")) }

            let link = try #require(text.split(separator: "\n").first { $0.hasPrefix(PostOffice.publicURL) })
            let parts = try #require(URLComponents(string: String(link)))
            #expect(parts.path.hasPrefix("/admin/v1/error-report-files/erf_"))
            let id = try #require(parts.path.split(separator: "/").last.map(String.init))
            let answer = try await office.caller.call(Self.file, ["id": id], query: parts.query)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/csv; charset=utf-8")
            #expect(answer.headers["cache-control"] == "private, no-store")
            let lines = try #require(answer.body.string).components(separatedBy: "\r\n")
            #expect(lines.count == 5)
            let known = try await engine.deliveries(of: "shop").map(\.id.description)
            #expect(Set(lines[1...3].map { String($0.prefix(while: { $0 != "," })) }) == Set(known))
            #expect(lines[1...3].allSatisfy { $0.contains(",shop,") && $0.contains("500") })
            await receiver.stop()
        }
    }

    @Test func `nothing is sent when nothing failed, and nothing twice`() async throws {
        try await PostOffice.with { office in
            #expect(try await configure(office).body["last_sent_at"] == .null)
            #expect(try await report(office) == 1)
            #expect(try await office.statuses().isEmpty)
            // A day later: what failed within it, whatever the replicas.
            try await fail(office, "crm", "customer.updated", count: 3)
            try await office.database.execute(
                "UPDATE webhook_delivery_log SET last_attempt_at = now() + interval '1 day'")
            let time = Self.tomorrow + .seconds(86_400)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { _ = try await report(office, at: time) } }
                try await group.waitForAll()
            }
            #expect(try await office.statuses() == [.queued])
            #expect(try await report(office, at: time + .seconds(3 * 86_400)) == 3)
            #expect(try await office.statuses() == [.queued])
            let shown = try await office.caller.call("GET /admin/v1/error-reports/{name}", ["name": "ops"])
            #expect(shown.body["last_sent_at"] != .null)
        }
    }

    @Test func `a report counts its own endpoints by resource and error, without a receiver's words`() async throws {
        try await PostOffice.with { office in
            try await fail(office, "crm", "customer.updated", status: 503, count: 4)
            try await fail(
                office, "crm", "customer.created", status: 200, error: "The receiver refused the record: jo@x.y")
            try await fail(office, "crm", "order.created", status: nil, error: "The receiver did not answer in 15 s.")
            try await fail(office, "erp", "customer.updated", status: 500, count: 2)
            try await fail(office, "crm", "customer.updated", status: 500, as: AccountID())
            #expect(try await configure(office, endpoints: ["crm"]).status == 201)
            #expect(try await configure(office, "all").status == 201)
            let again = try await office.database.query(
                "SELECT id FROM webhook_delivery_log WHERE last_status = 503 AND sequence = 1")[0]
            let deliveries = DeliveryStore(database: office.database, signal: DispatchSignal())
            #expect(try await deliveries.requeue(try again["id"], of: office.account))
            try await office.database.execute("UPDATE error_reports SET covered_until = now() - interval '1 day'")
            #expect(try await report(office) == 2)
            try await office.sendAll()
            let mails = try office.files("mail")
            let crm = try #require(mails.first { $0.contains("Subject: ops: 5 failed deliveries") })
            #expect(crm.contains("3 =C3=97 crm, customer: HTTP 503"))
            #expect(crm.contains("1 =C3=97 crm, customer: HTTP 200, record refused"))
            #expect(crm.contains("1 =C3=97 crm, order: The receiver did not answer in 15 s."))
            #expect(!crm.contains("erp") && !crm.contains("jo@x.y"))
            #expect(mails.contains { $0.contains("Subject: all: 7 failed deliveries") })
            let files = try await office.database.query("SELECT content FROM error_report_files")
                .map { try $0["content", as: String.self] }
            #expect(files.count == 2)
            // What a spreadsheet would run is text there.
            #expect(files.allSatisfy { $0.contains(",'=cmd|x,") && !$0.contains(",=") })
        }
    }

    @Test func `a link that is not ours, or is old, leads nowhere`() async throws {
        try await PostOffice.with { office in
            let link = ReportLink(keyring: office.keyring, publicURL: PostOffice.publicURL)
            let id = ErrorReportFileID()
            func open(_ url: String, as id: ErrorReportFileID) async throws -> Int {
                try await office.caller.call(
                    Self.file, ["id": id.description], query: URLComponents(string: url)?.query
                ).status
            }
            let url = link.url(of: id, until: .now() + .seconds(60))
            // Ours, but the file is gone.
            #expect(try await open(url, as: id) == 404)
            #expect(try await open(url, as: ErrorReportFileID()) == 403)
            #expect(try await open(link.url(of: id, until: .now() - .seconds(1)), as: id) == 403)
            #expect(try await open(url.replacing("expires=", with: "expires=9"), as: id) == 403)
            #expect(try await open(String(url.dropLast()), as: id) == 403)
            #expect(try await open(PostOffice.publicURL, as: id) == 403)
            let other = ReportLink(keyring: try DataKeyring("k:" + DataKeyring.generateKey()), publicURL: "")
            #expect(try await open(other.url(of: id, until: .now() + .seconds(60)), as: id) == 403)
            try await office.database.execute(
                """
                INSERT INTO error_report_files (id, account_id, name, content, created_at, expires_at)
                VALUES (\(id), \(office.account), 'ops', 'a,b', now(), now() + interval '1 minute')
                """)
            #expect(try await open(url, as: id) == 200)
            try await office.reporting.removeExpired()
            #expect(try await open(url, as: id) == 200)
            try await office.reporting.removeExpired(at: .now() + .seconds(120))
            #expect(try await open(url, as: id) == 404)
        }
    }

    private static let wrong: [(JSONValue, String)] = [
        ([:], "#/recipients"), (["recipients": []], "#/recipients"),
        (["recipients": ["ops"]], "#/recipients/0"), (["recipients": ["a@b.c", "A@b.c"]], "#/recipients/1"),
        (["recipients": ["a@b.c"], "endpoints": ["none"]], "#/endpoints/0"),
        (["recipients": ["a@b.c"], "endpoints": ["shop", "none"]], "#/endpoints/1"),
        (["recipients": ["a@b.c"], "endpoints": []], "#/endpoints"),
        (["recipients": ["a@b.c"], "schedul": [:]], "#/schedul"),
        (["recipients": ["a@b.c"], "schedule": ["evry": "hour"]], "#/schedule/evry"),
        (["recipients": ["a@b.c"], "schedule": ["every": "year"]], "#/schedule/every"),
        (["recipients": ["a@b.c"], "schedule": ["hour": 24]], "#/schedule/hour"),
        (["recipients": ["a@b.c"], "schedule": ["every": "hour", "hour": 2]], "#/schedule/hour"),
        (["recipients": ["a@b.c"], "schedule": ["weekday": "monday"]], "#/schedule/weekday"),
        (["recipients": ["a@b.c"], "schedule": ["every": "week", "weekday": "moon"]], "#/schedule/weekday"),
        (["recipients": ["a@b.c"], "schedule": ["time_zone": "Mars/Olympus"]], "#/schedule/time_zone"),
    ]

    @Test func `wrong settings are named`() async throws {
        try await PostOffice.with { office in
            // An account with an endpoint, which is not the one that is meant.
            try await fail(office, "shop", "order.created")
            for (body, pointer) in Self.wrong {
                let answer = try await office.caller.call(Self.path, ["name": "ops"], body: body)
                #expect(answer.status == 400, "\(pointer)")
                #expect(answer.body["errors"]?.array?.compactMap { $0["pointer"]?.string } == [pointer])
            }
            #expect(try await configure(office, String(repeating: "x", count: 101)).status == 400)
        }
    }

    @Test func `reports are shown, changed, listed and taken away, to their account alone`() async throws {
        try await PostOffice.with { office in
            #expect(try await configure(office, "a").status == 201)
            #expect(try await configure(office, "b").status == 201)
            let weekly = try await office.caller.call(
                Self.path, ["name": "a"],
                body: [
                    "recipients": ["x@example.com"], "schedule": ["every": "week", "hour": 5, "weekday": "friday"],
                ])
            #expect(weekly.status == 200)
            let one = ["name": "a"]
            let shown = try await office.caller.call("GET /admin/v1/error-reports/{name}", one)
            #expect(shown.body == weekly.body)
            #expect(
                shown.body["schedule"] == ["every": "week", "hour": 5, "weekday": "friday", "time_zone": "UTC"])
            let page = try await office.caller.call("GET /admin/v1/error-reports", query: "limit=1")
            #expect(page.body["data"]?.array?.count == 1 && page.body["has_more"] == true)
            for call in ["GET /admin/v1/error-reports/{name}", "DELETE /admin/v1/error-reports/{name}"] {
                #expect(try await office.caller.call(call, one, as: AccountID()).status == 404)
            }
            #expect(try await office.caller.call("DELETE /admin/v1/error-reports/{name}", one).status == 204)
            #expect(try await office.caller.call("GET /admin/v1/error-reports/{name}", one).status == 404)
            // Addresses are people's.
            let kept = try await office.database.query("SELECT recipients FROM error_reports")
            #expect(try kept.allSatisfy { try !$0["recipients", as: String.self].contains("@") })
        }
    }

    /// Moment, frequency, hour, weekday, zone, and what follows.
    private static let times: [(String, String, Int?, Int?, String, String)] = [
        ("2026-11-21T06:59:59Z", "day", 7, nil, "UTC", "2026-11-21T07:00:00.000Z"),
        ("2026-11-21T07:00:00Z", "day", 7, nil, "UTC", "2026-11-22T07:00:00.000Z"),
        ("2026-11-21T07:00:00Z", "hour", nil, nil, "Asia/Kolkata", "2026-11-21T08:00:00.000Z"),
        ("2026-11-21T23:30:00Z", "day", 9, nil, "Asia/Tokyo", "2026-11-22T00:00:00.000Z"),
        ("2026-11-21T12:00:00Z", "day", 0, nil, "Pacific/Kiritimati", "2026-11-22T10:00:00.000Z"),
        ("2026-11-21T12:00:00Z", "week", 7, 6, "UTC", "2026-11-28T07:00:00.000Z"),
        ("2026-11-21T12:00:00Z", "week", 7, 1, "Europe/Berlin", "2026-11-23T06:00:00.000Z"),
        // Clocks go forward at 2, and back at 3.
        ("2026-03-28T12:00:00Z", "day", 2, nil, "Europe/Berlin", "2026-03-29T01:00:00.000Z"),
        ("2026-03-29T01:00:00Z", "day", 2, nil, "Europe/Berlin", "2026-03-30T00:00:00.000Z"),
        ("2026-10-24T23:00:00Z", "day", 2, nil, "Europe/Berlin", "2026-10-25T01:00:00.000Z"),
        ("2026-10-25T01:00:00Z", "day", 2, nil, "Europe/Berlin", "2026-10-26T01:00:00.000Z"),
    ]

    @Test func `a schedule keeps to the clocks of its time zone`() async throws {
        try await PostOffice.with { office in
            for (moment, frequency, hour, weekday, zone, next) in Self.times {
                let time = try #require(Timestamp(rfc3339: moment))
                let rows = try await office.database.query(
                    "SELECT next_report_time(\(time), \(frequency), \(hour), \(weekday), \(zone)) AS next")
                let found: Timestamp? = try rows.first?["next"]
                #expect(found?.rfc3339 == next, "\(moment) \(frequency) \(zone)")
            }
        }
    }
}
