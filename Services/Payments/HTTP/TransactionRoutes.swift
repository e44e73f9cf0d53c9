import Edge
import HTTPTypes
import Schema
import ServiceKit

/// "Search Transactions" and "Transactions/Notes" of `healthsuite.md`.
struct TransactionRoutes: Sendable {
    let search: TransactionSearch

    var routes: [Route] {
        var checkout = RouteGroup(HealthSuite())
        checkout.get("/checkout/transactions", find)
        let notes = HealthSuite.NoteRoutes(on: .transaction, database: search.database) { [search] number, account in
            try await search.status(of: number, of: account).map {
                NotedTransaction(number: number, status: $0.rawValue)
            }
        }
        return checkout.routes + notes.routes
    }

    private func find(_ request: APIRequest) async throws -> APIResponse {
        let page = try HealthSuite.PageRequest(request)
        let query = try TransactionQuery(request.query)
        let (transactions, total) = try await search.transactions(of: request.principal.account, query, page)
        return try .json(HealthSuite.Page(transactions.map(TransactionBody.init), total: total, for: page))
    }
}

/// A transaction as the list of its notes shows it.
struct NotedTransaction: Encodable, Sendable {
    let number: String
    let status: String

    enum CodingKeys: String, CodingKey {
        case status
        case number = "transaction_number"
    }
}

extension TransactionQuery {
    /// Reads the filters of "Search Transactions".
    init(_ query: QueryParameters) throws(RequestError) {
        var validation = Validation()
        func text(_ name: String) -> String? { validation.optional(query.string(name), name) }
        number = text("transaction_number")
        externalID = text("external_transaction_id")
        orderNumber = text("order_number")
        customerNumber = text("customer_number")
        email = text("customer_email")?.lowercased()
        status = query.string("status")
        if let status, !Self.statuses.contains(status) {
            let known = Self.statuses.joined(separator: ", ")
            validation.fail(["status"], "invalid_choice", "This must be one of: \(known).")
        }
        firstDay = Self.day(query, "date_start", &validation)
        lastDay = Self.day(query, "date_end", &validation)
        cardFirstSix = Self.digits(6, query, "card_first_six", &validation)
        cardLastFour = Self.digits(4, query, "card_last_four", &validation)
        amounts = Self.amounts(query, "amount", &validation)
        try validation.check()
    }

    /// Those of both documented lists, and the ones that only we have.
    private static let statuses = [
        "pending", "processing", "pending_redirect", "authorized", "completed", "failed", "declined", "refunded",
        "partially_refunded", "alert_refunded", "rdr_refunded", "externally_refunded", "voided", "canceled",
        "cancelled", "expired", "chargeback", "error",
    ]

    private static func day(
        _ query: QueryParameters, _ name: String, _ validation: inout Validation
    ) -> String? {
        guard let text = query.string(name) else { return nil }
        var isDay = Validation()
        guard text.utf8.count == 10, isDay.timestamp(text, name) != nil else {
            validation.fail([name], "invalid_date", "This must be a date such as 2025-03-22.")
            return nil
        }
        return text
    }

    private static func digits(
        _ count: Int, _ query: QueryParameters, _ name: String, _ validation: inout Validation
    ) -> String? {
        guard let text = query.string(name) else { return nil }
        if text.utf8.count != count || !text.allSatisfy({ $0.isASCII && $0.isNumber }) {
            validation.fail([name], "invalid", "This must be exactly \(count) digits.")
        }
        return text
    }

    private static func amounts(
        _ query: QueryParameters, _ name: String, _ validation: inout Validation
    ) -> [Money]? {
        guard var text = query.string(name) else { return nil }
        if text.contains(".") {
            // 100.00 is an amount of yen too.
            while text.last == "0" { text.removeLast() }
            if text.last == "." { text.removeLast() }
        }
        let amounts = Currency.all.compactMap { try? Money(decimal: text, currency: $0) }
        if amounts.isEmpty { validation.fail([name], "invalid_amount", "This must be an amount such as 125.00.") }
        return amounts
    }
}
