extension HealthSuite {
    /// The OpenAPI 3.1 document of the Checkout API, as `GET /checkout/openapi.json` answers it.
    public static var checkoutDocument: [UInt8] { PackageResources.checkout_json }

    /// The OpenAPI 3.1 document of the REST API, as `GET /v1/openapi/rest.json` answers it.
    public static var restDocument: [UInt8] { PackageResources.rest_json }
}
