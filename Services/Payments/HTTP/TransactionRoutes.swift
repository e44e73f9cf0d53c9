import Edge
import HTTPTypes
import Schema
import ServiceKit

/// "Search Transactions" and "Transactions/Notes" of `healthsuite.md`.
struct TransactionRoutes: Sendable {
    let search: TransactionSearch
    let idempotency: Idempotency

    var routes: [Route] {
        var checkout = RouteGroup(HealthSuite())
        checkout.get("/checkout/transactions", find)
        let notes = HealthSuite.NoteRoutes(
            on: .transaction, database: search.database, idempotency: idempotency
        ) { [search] number, account in
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
        status = query.transactionStatus("status", &validation)
        firstDay = query.day("date_start", &validation)
        lastDay = query.day("date_end", &validation)
        cardFirstSix = query.digits(6, "card_first_six", &validation)
        cardLastFour = query.digits(4, "card_last_four", &validation)
        amounts = query.amounts("amount", &validation)
        try validation.check()
    }
}
