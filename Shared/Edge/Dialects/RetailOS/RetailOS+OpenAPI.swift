extension RetailOS {
    /// The OpenAPI 3.1 document of this API, as `GET /v2/public/openapi.json` answers it.
    public static var document: [UInt8] { PackageResources.clienteling_json }
}
