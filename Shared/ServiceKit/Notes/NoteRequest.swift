import Edge
import Schema

extension HealthSuite {
    /// The body of a new note.
    struct NoteRequest: Decodable, Sendable {
        let title: String?
        let content: String?
        let type: String?

        /// What to write, once it is known to be sound.
        func draft(on subject: NoteSubject) throws(RequestError) -> NoteDraft {
            var validation = Validation()
            let draft = NoteDraft(
                title: validation.required(title, "title", maximum: NoteLimits.title),
                content: validation.required(content, "content", maximum: NoteLimits.content),
                type: validation.optional(type, "type", maximum: NoteLimits.type) ?? subject.standardType)
            try validation.check()
            return draft
        }
    }

    /// A note that is to be written.
    struct NoteDraft: Sendable {
        let title: String
        let content: String
        let type: String?
    }

    /// The body of a note's change: what is left out stays as it is, and a type may be taken away.
    struct NoteChangeRequest: Decodable, Sendable {
        let title: String??
        let content: String??
        let type: String??

        enum CodingKeys: String, CodingKey { case title, content, type }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            func field(_ key: CodingKeys) throws -> String?? {
                container.contains(key) ? .some(try container.decodeIfPresent(String.self, forKey: key)) : nil
            }
            title = try field(.title)
            content = try field(.content)
            type = try field(.type)
        }

        /// What to change, once it is known to be sound.
        func change() throws(RequestError) -> NoteChange {
            guard title != nil || content != nil || type != nil else {
                throw .rejected(
                    code: "nothing_to_update", message: "At least one field must be provided to update the note.")
            }
            var validation = Validation()
            var change = NoteChange()
            if let title { change.title = validation.required(title, "title", maximum: NoteLimits.title) }
            if let content { change.content = validation.required(content, "content", maximum: NoteLimits.content) }
            if let type { change.type = .some(validation.optional(type, "type", maximum: NoteLimits.type)) }
            try validation.check()
            return change
        }
    }

    /// What becomes of a note; what is nil stays as it is.
    struct NoteChange: Sendable {
        var title: String?
        var content: String?
        var type: String??
    }

    /// Which notes are looked for.
    struct NoteFilter: Sendable {
        let type: String?
        /// A part of the title or the content, in any case.
        let search: String?

        init(_ query: QueryParameters) throws(RequestError) {
            var validation = Validation()
            type = validation.optional(query.string("type"), "type", maximum: NoteLimits.type)
            search = validation.optional(query.string("search"), "search", maximum: 255)
            try validation.check()
        }
    }

    private enum NoteLimits {
        static let title = 255
        static let content = 5000
        static let type = 50
    }
}
