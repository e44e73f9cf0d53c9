public import Schema

extension RetailOS {
    /// The body of an upsert, read field by field. What is left out or null says nothing, what is not known is not read;
    /// all faults are found at once.
    public struct UpsertBody: Sendable {
        /// Faults of what is there.
        public var validation = Validation()
        /// What a record that does not exist yet needs, and is not there.
        public private(set) var missing: [FieldError] = []
        /// What was told to ``keep(texts:flags:objects:lists:)``, by its names; null for a text that is to be forgotten.
        public private(set) var retail: [String: JSONValue] = [:]
        /// The client's own id of the record.
        public let externalID: String
        private let members: [String: JSONValue]

        /// Of what is kept in one field.
        public static let maximumObjectBytes = 16 << 10
        /// Of a list, which may hold an order's items or a product's images.
        public static let maximumListBytes = 512 << 10

        /// - Parameter pathID: The id in the path; the body may repeat it.
        public init(_ members: [String: JSONValue], of resource: Resource, pathID: String?) {
            self.members = members
            var given: String?
            if case .string(let text)? = members[resource.externalID] { given = text }
            externalID = validation.required(pathID ?? given, resource.externalID)
            switch members[resource.externalID] {
            case nil, .null: break
            case .string(let text):
                if text != externalID, pathID != nil {
                    validation.fail([resource.externalID], "mismatch", "This must be the id of the path.")
                }
            default: validation.fail([resource.externalID], "invalid_type", "This must be a string.")
            }
        }

        /// What is there under a name, as it was sent.
        public subscript(_ name: String) -> JSONValue? {
            members[name] == .null ? nil : members[name]
        }

        /// A text of at most `maximum` characters; an empty one says nothing.
        public mutating func text(_ name: String, maximum: Int = 255) -> String? {
            switch self[name] {
            case nil: return nil
            case .string(let text): return validation.optional(text, name, maximum: maximum)
            default:
                validation.fail([name], "invalid_type", "This must be a string.")
                return nil
            }
        }

        /// true or false.
        public mutating func flag(_ name: String) -> Bool? {
            switch self[name] {
            case nil: return nil
            case .bool(let flag): return flag
            default:
                validation.fail([name], "invalid_type", "This must be true or false.")
                return nil
            }
        }

        /// An object of bounded size.
        public mutating func object(_ name: String) -> [String: JSONValue]? {
            switch self[name] {
            case nil: return nil
            case .object(let members):
                validation.size(of: members, name, maximum: Self.maximumObjectBytes)
                return members
            default:
                validation.fail([name], "invalid_type", "This must be an object.")
                return nil
            }
        }

        /// The texts of an object by name, of those that are there.
        public mutating func texts(in name: String, _ names: [String], maximum: Int = 255) -> [String: String] {
            guard let members = object(name) else { return [:] }
            var texts: [String: String] = [:]
            for member in names {
                switch members[member] {
                case nil, .null: break
                case .string(let text): texts[member] = validation.optional(text, name, member, maximum: maximum)
                default: validation.fail([name, member], "invalid_type", "This must be a string.")
                }
            }
            return texts
        }

        /// A list of bounded size.
        public mutating func list(_ name: String) -> [JSONValue]? {
            switch self[name] {
            case nil: return nil
            case .array(let elements):
                validation.size(of: elements, name, maximum: Self.maximumListBytes)
                return elements
            default:
                validation.fail([name], "invalid_type", "This must be an array.")
                return nil
            }
        }

        /// Reads a value by its own way of decoding, as an object of an API would be.
        public mutating func value<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) -> Value? {
            validation.value(self[name], name)
        }

        /// Puts what no other API knows into ``retail``, as it was sent.
        public mutating func keep(
            texts: [String] = [], flags: [String] = [], objects: [String] = [], lists: [String] = []
        ) {
            for name in texts {
                if members[name] == .null { retail[name] = .null }
                if let text = text(name) { retail[name] = .string(text) }
            }
            for name in flags {
                if let flag = flag(name) { retail[name] = .bool(flag) }
            }
            for name in objects {
                if let object = object(name) { retail[name] = .object(object) }
            }
            for name in lists {
                guard let list = list(name) else { continue }
                validation.size(of: list, name, maximum: Self.maximumObjectBytes)
                retail[name] = .array(list)
            }
        }

        /// Notes that a record cannot be made without a field, if it is not there.
        public mutating func require(_ names: String...) {
            for name in names where self[name] == nil {
                missing.append(FieldError(path: [name], code: "required", message: "This field is required."))
            }
        }
    }
}
