import Edge

/// The descriptions of Health Suite's two APIs, for everyone.
struct OpenAPIRoutes: Sendable {
    var routes: [Route] {
        var suite = RouteGroup(HealthSuite())
        suite.get("/checkout/openapi.json", isPublic: true) { _ in .json(bytes: HealthSuite.checkoutDocument) }
        suite.get("/v1/openapi/rest.json", isPublic: true) { _ in .json(bytes: HealthSuite.restDocument) }
        return suite.routes
    }
}
