import HTTPTypes
import Schema
import Testing

@testable import Edge

@Suite struct DialectsTests {
    @Test func everyOperationIsListedOnce() {
        let names = Dialects.documentedPaths.map { path in
            let template = path.template.hasSuffix("/") ? String(path.template.dropLast()) : path.template
            let segments = template.split(separator: "/").map { $0.hasPrefix("{") ? "{}" : $0 }
            return "\(path.method.rawValue) \(segments.joined(separator: "/"))"
        }
        #expect(Set(names).count == names.count)
        #expect(Dialects.documentedPaths.count { $0.dialect == .watchTraderHub } == 12)
        // Twenty of its document, its OpenAPI document, and five of the consent ledger.
        #expect(Dialects.documentedPaths.count { $0.dialect == .noticia } == 26)
        // Six of its document, and its OpenAPI document.
        #expect(Dialects.documentedPaths.count { $0.dialect == .giddyUp } == 7)
    }

    @Test(arguments: [
        ("/v1/orders/7/notes/1", "healthsuite"), ("/v1/orders/7/notes", "healthsuite"),
        ("/v1/orders/7", "watchtraderhub"),
        ("/v1/orders/7/cancel/x", "watchtraderhub"), ("/api/v1/orders/7/x", "watchtraderhub"),
        ("/v1/customers", "watchtraderhub"), ("/v1/customers/7/notes/9/x", "healthsuite"),
        ("/v1/nothing", "watchtraderhub"),
        ("/v1/profiles/x/y/z", "noticia"), ("/v1/stores/1/2", "noticia"), ("/v1/coupons/A/x", "healthsuite"),
        ("/checkout", "healthsuite"), ("/checkout/x", "healthsuite"), ("/v2/x", "retailos"),
        ("/v2/public/jobs/1/x", "retailos"),
        ("/api/public/0/webhooks", "giddyup"), ("/api/orders/x", "giddyup"), ("/api/v1/x", "watchtraderhub"),
        ("/admin/v1/x", "management"), ("/admin", "management"), ("/", "watchtraderhub"), ("", "watchtraderhub"),
    ])
    func unknownPathsSpeakTheNearestDialect(_ path: String, _ name: String) {
        #expect(Dialects.dialect(forPath: path).name.rawValue == name)
    }

    @Test func ownersFollowTheDesign() {
        func owner(_ method: HTTPRequest.Method, _ template: String) -> ServiceName? {
            Dialects.documentedPaths.first { $0.method == method && $0.template == template }?.service
        }
        #expect(owner(.get, "/v1/orders/{orderNumber}/notes") == .orders)
        #expect(owner(.get, "/v1/me") == .notifications)
        #expect(owner(.post, "/checkout/customers/{identifier}/cancel-subscriptions") == .orders)
        #expect(owner(.post, "/checkout/tax") == .payments)
        #expect(owner(.get, "/v1/stores") == .catalog)
        #expect(owner(.post, "/v1/sales-events") == .orders)
        #expect(owner(.get, "/v2/public/customers") == .consent)
    }
}
