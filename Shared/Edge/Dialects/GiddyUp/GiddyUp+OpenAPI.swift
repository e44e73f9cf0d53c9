extension GiddyUp {
    /// The OpenAPI 3.1 document of this API, as `GET /v1/openapi/brand.json` answers it.
    public static var document: [UInt8] { PackageResources.brand_json }
}
