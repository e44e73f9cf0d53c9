extension WatchTraderHub {
    /// The OpenAPI 3.1 document of the dealer API, as `GET /v1/openapi.json` answers it.
    public static var openAPIDocument: [UInt8] { PackageResources.dealer_json }
}
