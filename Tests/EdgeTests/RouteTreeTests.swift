import Testing

@testable import Edge

@Suite struct RouteTreeTests {
    private let tree: RouteTree<String> = {
        var tree = RouteTree<String>()
        let templates = [
            "/v1/orders", "/v1/orders/{id}", "/v1/orders/{id}/cancel", "/v1/orders/upsell", "/v1/orders/upsell/{x}/y",
            "/api/{brand}/webhooks/update/", "/api/orders/{id}",
        ]
        for template in templates { tree.insert(template, at: template) }
        return tree
    }()

    @Test(arguments: [
        ("/v1/orders", "/v1/orders", []), ("/v1/orders/", "/v1/orders", []),
        ("/v1/orders/7", "/v1/orders/{id}", ["7"]), ("/v1/orders/upsell", "/v1/orders/upsell", []),
        ("/v1/orders/upsell/cancel", "/v1/orders/{id}/cancel", ["upsell"]),
        ("/v1/orders/a%2Fb", "/v1/orders/{id}", ["a%2Fb"]),
        ("/api/0/webhooks/update", "/api/{brand}/webhooks/update/", ["0"]),
        ("/api/orders/webhooks", "/api/orders/{id}", ["webhooks"]),
    ])
    func finds(_ path: String, _ template: String, _ parameters: [String]) throws {
        let match = try #require(tree.match(path[...], preferring: { _ in true }))
        #expect(match.values == [template])
        #expect(match.parameters.map(String.init) == parameters)
    }

    @Test(arguments: [
        "", "/", "/v1", "/v1/orders//", "//v1/orders", "/v1/orders/7/cancel/x", "/v1//orders", "*", "/V1/orders",
    ])
    func findsNothing(_ path: String) {
        #expect(tree.match(path[...], preferring: { _ in true }) == nil)
    }

    @Test(arguments: [
        ("/v1/orders/upsell", "/v1/orders/{id}", ["upsell"]),
        ("/v1/orders/upsell/cancel", "/v1/orders/{id}/cancel", ["upsell"]),
        // Nothing of the kind is there.
        ("/v1/orders", "/v1/orders", []), ("/v1/orders/upsell/x/y", "/v1/orders/upsell/{x}/y", ["x"]),
    ])
    func prefersWhatIsWanted(_ path: String, _ template: String, _ parameters: [String]) throws {
        let match = try #require(tree.match(path[...], preferring: { $0.hasPrefix("/v1/orders/{id}") }))
        #expect(match.values == [template])
        #expect(match.parameters.map(String.init) == parameters)
    }

    @Test func namesParameters() {
        #expect(RouteTree<String>.parameterNames(of: "/a/{b}/c/{d_e}/") == ["b", "d_e"])
    }
}
