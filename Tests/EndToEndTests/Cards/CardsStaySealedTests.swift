import Foundation
import Kafka
import Postgres
import Schema
import TestKit
import Testing

/// Cards are entered in every way there is, right and wrong; afterwards nothing of them is found anywhere.
@Suite struct CardsStaySealedTests {
    /// Three that are approved, one that is declined, one whose outcome comes late, one with a wrong check digit.
    static let json = MarkedCard(number: "376491583720468", code: "0835")
    static let form = MarkedCard(number: "4929738516426033", code: "094")
    static let grouped = MarkedCard(number: "4929617382059476", code: "068")
    static let declined = MarkedCard(number: "4000000000009995", code: "075")
    static let late = MarkedCard(number: "4000000000004087", code: "083")
    static let invalid = MarkedCard(number: "4929738516426034", code: "59x-not-a-code")
    /// Is planted, so that the search is seen to find.
    static let planted = MarkedCard(number: "4539817620394188", code: "0731")

    @Test(.timeLimit(.minutes(3))) func nothingOfACardIsLeft() async throws {
        // All that services have to say: also what a developer turns on to find a fault.
        let stack = try await RunningStack.start(environment: ["CARAVAN_LOG_LEVEL": "trace"])
        let folder = try TemporaryDirectory.make("leavings")
        do {
            try await use(stack, Leavings(stack: stack, folder: folder))
        } catch {
            Issue.record(error)
        }
        await stack.stop()
        // The directory of the stack holds the log files, which have standard output and errors too, nginx' files and
        // those of Postgres itself, where rows outlive their deletion.
        let folders =
            [folder]
            + [stack.directory, stack.directory + "/postgres"].map {
                URL(fileURLWithPath: $0).resolvingSymlinksInPath().path
            }
        let cards = [Self.json, Self.form, Self.grouped, Self.declined, Self.late, Self.invalid]
        #expect(try await CardTraces(of: cards).found(below: folders) == [])
        try await expectAnHonestSearch(of: folders)
    }

    /// The search has looked where cards could be: it finds what was planted there, and what may be there of a card is.
    private func expectAnHonestSearch(of folders: [String]) async throws {
        let planted = Set(try await CardTraces(of: [Self.planted]).found(below: folders).map(\.file))
        let schemas = ServiceName.allCases.map { "schema.\($0.rawValue)" }
        let topic = Topic.ordersEvents.name
        let places = schemas + ["key.\(topic)", "value.\(topic)", "header.\(topic)", "planted.log", "answers"]
        #expect(planted.isSuperset(of: places), "\(planted)")
        let kept = try await CardTraces.files(below: folders, containing: "376491")
        #expect(
            kept.isSuperset(of: [
                "schema.orders", "schema.payments", "value.payments.commands.v1", "value.payments.events.v1",
            ]))
        let logged = try await CardTraces.files(below: folders, containing: "/checkout/orders")
        #expect(logged.contains("orders-0.log"), "\(logged)")
    }

    private func use(_ stack: RunningStack, _ leavings: Leavings) async throws {
        let key = try await stack.keys()["healthsuite"] ?? ""
        let client = APIClient(baseURL: stack.baseURL, authorization: "Bearer \(key)")
        try await eventually("the checkout sells") {
            try await client.send("POST", "/checkout/leads", body: Self.cart(), headers: Self.headers()).status == 201
        }
        let answers = try await payInEveryWay(client) + [Data(Self.planted.number.utf8)]
        try leavings.write(Data(answers.joined(separator: Data("\n".utf8))), "answers")
        try await plant(in: stack)
        try await leavings.collect()
    }

    // MARK: Paying

    /// - Returns: The bodies of all answers.
    private func payInEveryWay(_ client: APIClient) async throws -> [Data] {
        var answers: [Data] = []
        func send(
            _ path: String, _ body: String, type: String = "application/json", key: String? = nil,
            as sender: APIClient? = nil, expecting statuses: Int...
        ) async throws {
            let reply = try await (sender ?? client).send(
                "POST", path, bytes: Array(body.utf8), headers: Self.headers(type: type, key: key))
            #expect(statuses.contains(reply.status), "\(path): \(reply.text)")
            answers.append(Data(reply.body))
        }
        let orders = "/checkout/orders"
        let first = try Self.order(Self.json)
        try await send(orders, first, key: "sealed", expecting: 201)
        try await send(orders, first, key: "sealed", expecting: 201)
        try await send(orders, try Self.order(Self.json), key: "sealed", expecting: 409, 422)
        try await send(orders, Self.form(Self.form), type: Self.formType, expecting: 201)
        let lead = try await client.send("POST", "/checkout/leads", body: Self.cart(), headers: Self.headers())
        let payment: JSONValue = [
            "order_number": try #require(try lead.json["data"]?["order_number"]),
            "payment": Self.payment(Self.grouped, written: "4929 6173 8205 9476"),
        ]
        try await send(orders + "/payment", String(decoding: try JSON.encode(payment), as: UTF8.self), expecting: 200)
        try await send(orders, try Self.order(Self.declined), expecting: 422)
        try await send(orders, try Self.order(Self.late), expecting: 201)
        // What is refused for its form.
        try await send(orders, try Self.order(Self.invalid), expecting: 422)
        try await send(orders, Self.form(Self.invalid), type: Self.formType, expecting: 422)
        try await send(orders, try Self.order(Self.json, code: Self.invalid.code), expecting: 422)
        try await send(orders, String(first.dropLast(3)), expecting: 400)
        try await send(orders, first.replacing("\"payment\":", with: "\"payment\":,"), expecting: 400)
        let number = Self.json.number
        for wrong in ["{\"a\":\"\(number)\"}", "\"\(number)\\u00\"", "\(number)e99"] {
            let body = first.replacing("\"\(number)\"", with: wrong)
            #expect(body != first)
            try await send(orders, body, expecting: 400, 422)
        }
        try await send(orders, Self.form(Self.form) + "%ZZ", type: Self.formType, expecting: 400)
        // A list of one may be taken for what is in it.
        let list = Self.form(Self.form).replacing("5Bcard_number%5D", with: "5Bcard_number%5D%5B%5D")
        try await send(orders, list, type: Self.formType, expecting: 201, 400, 422)
        let array = first.replacing("\"\(number)\"", with: "[\"\(number)\"]")
        try await send(orders, array, expecting: 201, 400, 422)
        // What never reaches the checkout.
        try await send(orders, first, type: "text/plain", expecting: 400)
        try await send(orders, first + String(repeating: " ", count: 2 << 20), expecting: 413)
        try await send(orders + "/nowhere", first, expecting: 404, 405)
        let stranger = APIClient(baseURL: client.baseURL, authorization: "Bearer nobody")
        try await send(orders, first, as: stranger, expecting: 401)
        try await send(orders, first.replacing("\"1001\"", with: "\"9999\""), expecting: 422)
        return answers
    }

    private static let formType = "application/x-www-form-urlencoded"

    private static func headers(type: String = "application/json", key: String? = nil) -> [String: String] {
        var headers = ["Accept": "application/json", "Content-Type": type]
        headers["Idempotency-Key"] = key
        return headers
    }

    /// A cart of the demo campaign for a new buyer.
    private static func cart() -> JSONValue {
        [
            "customer": [
                "email": .string("jo-\(UUIDv7.next().uuidString.lowercased())@caravan.shop"), "first_name": "Jo",
                "last_name": "Doe",
            ],
            "shipping": [
                "address1": "1 Main St", "city": "Los Angeles", "state": "CA", "postal_code": "90001",
                "country": "US",
            ],
            "campaign_id": "1001", "currency": "USD", "products": [["offer_id": "2001", "quantity": 1]],
        ]
    }

    private static func payment(
        _ card: MarkedCard, written number: String? = nil, code: String? = nil
    ) -> JSONValue {
        [
            "method": "card", "card_number": .string(number ?? card.number), "card_exp": "12/35",
            "card_cvv": .string(code ?? card.code),
        ]
    }

    private static func order(_ card: MarkedCard, code: String? = nil) throws -> String {
        guard case .object(var body) = cart() else { return "" }
        body["payment"] = payment(card, code: code)
        return String(decoding: try JSON.encode(JSONValue.object(body)), as: UTF8.self)
    }

    private static func form(_ card: MarkedCard) -> String {
        let fields = [
            "customer[email]": "jo-\(UUIDv7.next().uuidString.lowercased())@caravan.shop",
            "customer[first_name]": "Jo", "customer[last_name]": "Doe", "shipping[address1]": "1 Main St",
            "shipping[city]": "Los Angeles", "shipping[state]": "CA", "shipping[postal_code]": "90001",
            "shipping[country]": "US", "campaign_id": "1001", "currency": "USD", "products[0][offer_id]": "2001",
            "products[0][quantity]": "1", "payment[method]": "card", "payment[card_number]": card.number,
            "payment[card_exp]": "12/35", "payment[card_cvv]": card.code,
        ]
        let encoded = fields.map { name, value in
            [name, value].map { $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" }
                .joined(separator: "=")
        }
        return encoded.joined(separator: "&")
    }

    // MARK: Planting

    private func plant(in stack: RunningStack) async throws {
        let text = "card_number=\(Self.planted.number)"
        try text.write(toFile: stack.directory + "/logs/planted.log", atomically: true, encoding: .utf8)
        try await stack.withDatabase { database in
            for service in ServiceName.allCases {
                try await database.execute(
                    PostgresQuery(unsafeSQL: "CREATE TABLE \(service.rawValue).planted AS SELECT '\(text)' AS text"))
            }
        }
        let producer = try KafkaProducer(configuration: stack.kafka, topics: [Topic.ordersEvents.name])
        let record = KafkaRecord(
            topic: Topic.ordersEvents.name, key: Array(text.utf8), value: Array(text.utf8),
            headers: [KafkaHeader(name: "planted", text: text)])
        try await producer.send(record)
        await producer.close(deadline: .seconds(2))
    }
}
