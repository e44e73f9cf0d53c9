import TestKit

/// The one stack that the end-to-end tests share; it ends with the test process.
enum SharedStack {
    private static let start = Task { try await RunningStack.start() }

    static func value() async throws -> RunningStack { try await start.value }

    /// A client of the dealer API with the demo account's key.
    static func dealer() async throws -> APIClient {
        let stack = try await value()
        return APIClient(
            baseURL: stack.baseURL, authorization: "Bearer \(try await stack.keys()["watchtraderhub"] ?? "")")
    }

    /// A client of the checkout funnel's APIs with the demo account's key.
    static func healthSuite() async throws -> APIClient {
        let stack = try await value()
        return APIClient(baseURL: stack.baseURL, authorization: "Bearer \(try await stack.keys()["healthsuite"] ?? "")")
    }

    /// A client of the management API.
    static func admin() async throws -> APIClient {
        let stack = try await value()
        return APIClient(baseURL: stack.baseURL, authorization: "Bearer \(try await stack.keys()["admin"] ?? "")")
    }
}
