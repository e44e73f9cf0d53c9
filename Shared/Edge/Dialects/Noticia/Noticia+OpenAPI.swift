extension Noticia {
    /// The OpenAPI 3.1 document of this API, as `GET /v1/openapi/crm.json` answers it.
    public static var document: [UInt8] { PackageResources.crm_json }
}
