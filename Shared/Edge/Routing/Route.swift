public import HTTPTypes

/// One operation: method, template, who may call it, and what it does.
public struct Route: Sendable {
    /// What a route does; it throws ``RequestError`` for what the client should hear.
    public typealias Handler = @Sendable (APIRequest) async throws -> APIResponse

    public let method: HTTPRequest.Method
    /// The documented path with `{name}` for parameters: `/v1/orders/{id}/cancel`.
    public let template: String
    /// The paths it answers at, in the same notation; the template and perhaps others.
    public let mounts: [String]
    public let dialect: any Dialect
    /// What the key must permit; nil if any key of the dialect will do.
    public let permission: Permission?
    /// Whether it needs no key.
    public let isPublic: Bool
    public let handler: Handler

    /// Makes a route by hand; ``RouteGroup`` does it shorter.
    public init(
        _ method: HTTPRequest.Method, _ template: String, mounts: [String]? = nil, dialect: any Dialect,
        permission: Permission? = nil, isPublic: Bool = false, handler: @escaping Handler
    ) {
        self.method = method
        self.template = template
        self.mounts = mounts ?? [template]
        self.dialect = dialect
        self.permission = permission
        self.isPublic = isPublic
        self.handler = handler
        name = "\(method.rawValue) \(template)"
    }

    /// Method and template: what metrics, logs and idempotency records call it.
    public let name: String
}

/// Collects the routes of one dialect.
///
///     var dealer = RouteGroup(WatchTraderHub())
///     dealer.post("/orders", createOrder)
///     return dealer.routes
public struct RouteGroup: Sendable {
    public let dialect: any Dialect
    /// What has been added, in order.
    public private(set) var routes: [Route] = []

    /// Begins an empty group.
    public init(_ dialect: any Dialect) {
        self.dialect = dialect
    }

    /// Adds an operation under each of the dialect's prefixes.
    ///
    /// - Parameters:
    ///   - path: relative to the dialect's prefix, with `{name}` for parameters.
    ///   - permission: what the key must permit.
    ///   - isPublic: whether it needs no key.
    public mutating func on(
        _ method: HTTPRequest.Method, _ path: String, permission: Permission? = nil, isPublic: Bool = false,
        _ handler: @escaping Route.Handler
    ) {
        let mounts = dialect.prefixes.map { $0 + path }
        routes.append(
            Route(
                method, mounts.first ?? path, mounts: mounts, dialect: dialect, permission: permission,
                isPublic: isPublic, handler: handler))
    }

    /// Adds a GET, as ``on(_:_:permission:isPublic:_:)`` does.
    public mutating func get(
        _ path: String, permission: Permission? = nil, isPublic: Bool = false, _ handler: @escaping Route.Handler
    ) {
        on(.get, path, permission: permission, isPublic: isPublic, handler)
    }

    /// Adds a POST, as ``on(_:_:permission:isPublic:_:)`` does.
    public mutating func post(
        _ path: String, permission: Permission? = nil, isPublic: Bool = false, _ handler: @escaping Route.Handler
    ) {
        on(.post, path, permission: permission, isPublic: isPublic, handler)
    }

    /// Adds a PUT, as ``on(_:_:permission:isPublic:_:)`` does.
    public mutating func put(
        _ path: String, permission: Permission? = nil, isPublic: Bool = false, _ handler: @escaping Route.Handler
    ) {
        on(.put, path, permission: permission, isPublic: isPublic, handler)
    }

    /// Adds a PATCH, as ``on(_:_:permission:isPublic:_:)`` does.
    public mutating func patch(
        _ path: String, permission: Permission? = nil, isPublic: Bool = false, _ handler: @escaping Route.Handler
    ) {
        on(.patch, path, permission: permission, isPublic: isPublic, handler)
    }

    /// Adds a DELETE, as ``on(_:_:permission:isPublic:_:)`` does.
    public mutating func delete(
        _ path: String, permission: Permission? = nil, isPublic: Bool = false, _ handler: @escaping Route.Handler
    ) {
        on(.delete, path, permission: permission, isPublic: isPublic, handler)
    }
}
