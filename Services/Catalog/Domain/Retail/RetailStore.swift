import Schema

/// A store as a client of the clienteling API tells of it. What is left out says nothing.
struct RetailStore: Codable, Equatable, Sendable {
    var name: String?
    /// The address in ``retail``, where it is as complete as other APIs need it.
    var address: StoreAddress?
    /// What no other API knows, by this API's names.
    var retail: [String: JSONValue] = [:]
}
