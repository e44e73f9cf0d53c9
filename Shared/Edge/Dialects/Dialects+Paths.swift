import HTTPTypes
import Schema

extension Dialects {
    /// Every operation of the five documents and of the management API, with the service that answers it.
    ///
    /// The gateway's routing is generated from it, tests check it against the services' routes, and an unknown path is
    /// refused in the dialect of the nearest of these.
    public static let documentedPaths: [DocumentedPath] = [
        // WatchTraderHub; also under /api
        DocumentedPath(.get, "/v1/health", .watchTraderHub, .notifications),
        DocumentedPath(.get, "/v1/openapi.json", .watchTraderHub, .notifications),
        DocumentedPath(.get, "/v1/me", .watchTraderHub, .notifications),
        DocumentedPath(.get, "/v1/listings", .watchTraderHub, .catalog),
        DocumentedPath(.get, "/v1/listings/{id}", .watchTraderHub, .catalog),
        DocumentedPath(.post, "/v1/orders", .watchTraderHub, .orders),
        DocumentedPath(.get, "/v1/orders", .watchTraderHub, .orders),
        DocumentedPath(.get, "/v1/orders/{id}", .watchTraderHub, .orders),
        DocumentedPath(.post, "/v1/orders/{id}/cancel", .watchTraderHub, .orders),
        DocumentedPath(.post, "/v1/customers", .watchTraderHub, .consent),
        DocumentedPath(.post, "/v1/customers/bulk", .watchTraderHub, .consent),
        DocumentedPath(.post, "/v1/test/webhook_ping", .watchTraderHub, .notifications),
        // Noticia
        DocumentedPath(.post, "/v1/profiles", .noticia, .consent),
        DocumentedPath(.get, "/v1/profiles", .noticia, .consent),
        DocumentedPath(.post, "/v1/profiles/bulk", .noticia, .consent),
        DocumentedPath(.post, "/v1/profiles/search", .noticia, .consent),
        DocumentedPath(.get, "/v1/profiles/{profile_id}", .noticia, .consent),
        DocumentedPath(.delete, "/v1/profiles/{profile_id}", .noticia, .consent),
        DocumentedPath(.post, "/v1/profiles/{profile_id}/attributes", .noticia, .consent),
        DocumentedPath(.get, "/v1/profiles/{profile_id}/attributes", .noticia, .consent),
        DocumentedPath(.post, "/v1/subscriptions/opt-in", .noticia, .consent),
        DocumentedPath(.post, "/v1/subscriptions/opt-out", .noticia, .consent),
        DocumentedPath(.get, "/v1/subscriptions", .noticia, .consent),
        DocumentedPath(.get, "/v1/subscriptions/{profile_id}", .noticia, .consent),
        DocumentedPath(.post, "/v1/subscriptions/search", .noticia, .consent),
        DocumentedPath(.get, "/v1/subscriptions/{profile_id}/consent-history", .noticia, .consent),
        DocumentedPath(.post, "/v1/stores", .noticia, .catalog),
        DocumentedPath(.get, "/v1/stores", .noticia, .catalog),
        DocumentedPath(.get, "/v1/stores/{store_id}", .noticia, .catalog),
        DocumentedPath(.post, "/v1/sales-events", .noticia, .orders),
        DocumentedPath(.get, "/v1/sales-events", .noticia, .orders),
        DocumentedPath(.get, "/v1/sales-events/{sales_event_id}", .noticia, .orders),
        // Health Suite
        DocumentedPath(.get, "/checkout/openapi.json", .healthSuite, .orders),
        DocumentedPath(.get, "/v1/openapi/rest.json", .healthSuite, .orders),
        DocumentedPath(.post, "/checkout/customers/{customer_number}/blacklist", .healthSuite, .consent),
        DocumentedPath(.post, "/checkout/customers/{customer_number}/remove-blacklist", .healthSuite, .consent),
        DocumentedPath(.get, "/checkout/customers/{customer_number}/blacklist-status", .healthSuite, .consent),
        DocumentedPath(.post, "/checkout/customers/{identifier}/cancel-subscriptions", .healthSuite, .orders),
        DocumentedPath(.post, "/checkout/customers/{identifier}/cancel-fulfillments", .healthSuite, .orders),
        DocumentedPath(.post, "/checkout/leads", .healthSuite, .orders),
        DocumentedPath(.post, "/checkout/orders/payment", .healthSuite, .orders),
        DocumentedPath(.post, "/checkout/orders", .healthSuite, .orders),
        DocumentedPath(.post, "/checkout/orders/upsell", .healthSuite, .orders),
        DocumentedPath(.post, "/checkout/orders/complete", .healthSuite, .orders),
        DocumentedPath(.post, "/checkout/orders/capture", .healthSuite, .orders),
        DocumentedPath(.get, "/checkout/orders", .healthSuite, .orders),
        DocumentedPath(.post, "/checkout/tax", .healthSuite, .payments),
        DocumentedPath(.get, "/checkout/transactions", .healthSuite, .payments),
        DocumentedPath(.post, "/checkout/transactions/refund", .healthSuite, .orders),
        DocumentedPath(.get, "/v1/campaigns", .healthSuite, .catalog),
        DocumentedPath(.get, "/v1/alternative-payments/{id}", .healthSuite, .payments),
        DocumentedPath(.get, "/v1/alternative-payments", .healthSuite, .payments),
        DocumentedPath(.get, "/v1/coupons", .healthSuite, .orders),
        DocumentedPath(.get, "/v1/coupons/{code}", .healthSuite, .orders),
        DocumentedPath(.post, "/v1/coupons", .healthSuite, .orders),
        DocumentedPath(.post, "/v1/coupons/{code}/validate", .healthSuite, .orders),
        DocumentedPath(.put, "/v1/coupons/{code}", .healthSuite, .orders),
        DocumentedPath(.delete, "/v1/coupons/{code}", .healthSuite, .orders),
        DocumentedPath(.get, "/v1/customers/{customer_number}/notes", .healthSuite, .consent),
        DocumentedPath(.get, "/v1/customers/{customer_number}/notes/{noteId}", .healthSuite, .consent),
        DocumentedPath(.post, "/v1/customers/{customer_number}/notes", .healthSuite, .consent),
        DocumentedPath(.put, "/v1/customers/{customer_number}/notes/{noteId}", .healthSuite, .consent),
        DocumentedPath(.delete, "/v1/customers/{customer_number}/notes/{noteId}", .healthSuite, .consent),
        DocumentedPath(.get, "/v1/fulfillments", .healthSuite, .orders),
        DocumentedPath(.get, "/v1/fulfillments/{fulfillmentNumber}", .healthSuite, .orders),
        DocumentedPath(.get, "/v1/orders/{orderNumber}/notes", .healthSuite, .orders),
        DocumentedPath(.post, "/v1/orders/{orderNumber}/notes", .healthSuite, .orders),
        DocumentedPath(.get, "/v1/orders/{orderNumber}/notes/{noteId}", .healthSuite, .orders),
        DocumentedPath(.put, "/v1/orders/{orderNumber}/notes/{noteId}", .healthSuite, .orders),
        DocumentedPath(.delete, "/v1/orders/{orderNumber}/notes/{noteId}", .healthSuite, .orders),
        DocumentedPath(.get, "/v1/campaigns/{identifier}/products", .healthSuite, .catalog),
        DocumentedPath(.get, "/v1/transactions/{transactionNumber}/notes", .healthSuite, .payments),
        DocumentedPath(.post, "/v1/transactions/{transactionNumber}/notes", .healthSuite, .payments),
        DocumentedPath(.put, "/v1/transactions/{transactionNumber}/notes/{noteId}", .healthSuite, .payments),
        DocumentedPath(.delete, "/v1/transactions/{transactionNumber}/notes/{noteId}", .healthSuite, .payments),
        // GiddyUp
        DocumentedPath(.get, "/api/public/orders/{order_id}", .giddyUp, .orders),
        DocumentedPath(.post, "/api/public/orders/{order_id}/return/", .giddyUp, .orders),
        DocumentedPath(.post, "/api/public/orders/{order_id}/refund/", .giddyUp, .orders),
        DocumentedPath(.post, "/api/public/orders/{order_id}/cancel/", .giddyUp, .orders),
        DocumentedPath(.get, "/api/orders/brand-item-return-reasons", .giddyUp, .orders),
        DocumentedPath(.post, "/api/public/{brand_id}/webhooks/shipment-update/", .giddyUp, .orders),
        // RetailOS
        DocumentedPath(.get, "/v2/public/customers", .retailOS, .consent),
        DocumentedPath(.get, "/v2/public/customers/{id}", .retailOS, .consent),
        DocumentedPath(.put, "/v2/public/customers/{externalCustomerId}", .retailOS, .consent),
        DocumentedPath(.post, "/v2/public/customers", .retailOS, .consent),
        DocumentedPath(.get, "/v2/public/jobs", .retailOS, .consent),
        DocumentedPath(.get, "/v2/public/jobs/{id}", .retailOS, .consent),
        // Management
        DocumentedPath(.put, "/admin/v1/listings/{external_id}", .management, .catalog),
        DocumentedPath(.put, "/admin/v1/campaigns/{internal_id}", .management, .catalog),
        DocumentedPath(.put, "/admin/v1/return-reasons/{code}", .management, .orders),
        DocumentedPath(.get, "/admin/v1/account-settings", .management, .orders),
        DocumentedPath(.put, "/admin/v1/account-settings", .management, .orders),
        DocumentedPath(.get, "/admin/v1/brand", .management, .orders),
        DocumentedPath(.put, "/admin/v1/brand", .management, .orders),
        DocumentedPath(.get, "/admin/v1/return-reasons", .management, .orders),
        DocumentedPath(.put, "/admin/v1/return-reasons", .management, .orders),
        DocumentedPath(.put, "/admin/v1/alternative-payments/{id}", .management, .payments),
        DocumentedPath(.put, "/admin/v1/gateways/{id}", .management, .payments),
        DocumentedPath(.put, "/admin/v1/webhook-endpoints/{name}", .management, .notifications),
        DocumentedPath(.post, "/admin/v1/webhook-endpoints/{name}/requeue-failed", .management, .notifications),
        DocumentedPath(.get, "/admin/v1/webhook-deliveries", .management, .notifications),
        DocumentedPath(.post, "/admin/v1/webhook-deliveries/{id}/requeue", .management, .notifications),
        DocumentedPath(.post, "/admin/v1/api-keys", .management, .notifications),
        DocumentedPath(.get, "/admin/v1/api-keys", .management, .notifications),
        DocumentedPath(.post, "/admin/v1/api-keys/{id}/revoke", .management, .notifications),
        // For browsers and payment gateways, without a key
        DocumentedPath(.get, "/sandbox/wallet/{token}", .management, .payments),
        DocumentedPath(.post, "/sandbox/wallet/{token}", .management, .payments),
        DocumentedPath(.post, "/webhooks/stripe/{account}", .management, .payments),
    ]
}

extension Dialects {
    /// What the management API has on every service alike. One path cannot tell the services apart, so the gateway serves
    /// these under `/admin/v1/services/{service}/`.
    public static let pathsOfEveryService: [DocumentedPath] = ServiceName.allCases.flatMap { service in
        [
            DocumentedPath(.get, "/admin/v1/parked-events", .management, service),
            DocumentedPath(.post, "/admin/v1/parked-events/{id}/requeue", .management, service),
            DocumentedPath(.post, "/admin/v1/parked-events/{id}/discard", .management, service),
        ]
    }
}
