public import Edge

extension HealthSuite {
    /// What notes are written on. Three services keep notes, each on its own things, and all alike.
    public enum NoteSubject: String, Sendable {
        case customer, order, transaction

        /// Where the notes of one of them are, with ``numberParameter``.
        var path: String {
            switch self {
            case .customer: "/v1/customers/{customer_number}/notes"
            case .order: "/v1/orders/{orderNumber}/notes"
            case .transaction: "/v1/transactions/{transactionNumber}/notes"
            }
        }

        /// The path's name for the number of the one that is noted on.
        var numberParameter: String {
            switch self {
            case .customer: "customer_number"
            case .order: "orderNumber"
            case .transaction: "transactionNumber"
            }
        }

        /// The type of a note that is given none.
        var standardType: String? { self == .customer ? "general" : nil }

        /// Customers' notes name the user or the system that wrote them, the others only a user's id, which no API key
        /// has.
        var author: String? { self == .customer ? "API" : nil }

        /// Whether a single note can be read: not documented for transactions.
        var hasRetrieval: Bool { self != .transaction }

        /// The table of a service's notes: written on one kind of thing, known by its number.
        ///
        ///     CREATE TABLE customer_notes (
        ///         account_id uuid        NOT NULL,
        ///         owner      text        NOT NULL,
        ///         id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
        ///         title      text        NOT NULL,
        ///         content    text        NOT NULL,
        ///         type       text,
        ///         created_by text,
        ///         created_at timestamptz NOT NULL,
        ///         updated_at timestamptz NOT NULL,
        ///         PRIMARY KEY (account_id, owner, id)
        ///     );
        var table: StaticString {
            switch self {
            case .customer: "customer_notes"
            case .order: "order_notes"
            case .transaction: "transaction_notes"
            }
        }
    }
}
