import Edge
import Schema

extension HealthSuite {
    /// A note as the API shows it.
    struct Note: Encodable, Sendable {
        let id: Int64
        let title: String
        let content: String
        @Nullable var type: String?
        @Nullable var createdBy: String?
        let createdAt: Timestamp
        let updatedAt: Timestamp

        enum CodingKeys: String, CodingKey {
            case id, title, content, type
            case createdBy = "created_by"
            case createdAt = "created_at"
            case updatedAt = "updated_at"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(title, forKey: .title)
            try container.encode(content, forKey: .content)
            try container.encode(type, forKey: .type)
            try container.encode(createdBy, forKey: .createdBy)
            try container.encode(HealthSuite.isoTime(createdAt), forKey: .createdAt)
            try container.encode(HealthSuite.isoTime(updatedAt), forKey: .updatedAt)
        }
    }

    /// A page of notes, beside what they are written on.
    struct NotePage<Owner: Encodable & Sendable>: Encodable, Sendable {
        let subject: NoteSubject
        let owner: Owner
        let notes: [Note]
        let pagination: Pagination

        private enum CodingKeys: String, CodingKey {
            case success, data, pagination, customer, order, transaction

            init(_ subject: NoteSubject) {
                switch subject {
                case .customer: self = .customer
                case .order: self = .order
                case .transaction: self = .transaction
                }
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(true, forKey: .success)
            try container.encode(notes, forKey: .data)
            try container.encode(owner, forKey: CodingKeys(subject))
            try container.encode(pagination, forKey: .pagination)
        }
    }

    /// What is answered where there is nothing to show: `{success: true, message}`.
    struct Confirmation: Encodable, Sendable {
        let success = true
        let message: String

        enum CodingKeys: String, CodingKey { case success, message }
    }
}
