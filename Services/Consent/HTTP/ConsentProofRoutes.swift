import Edge
import HTTPTypes
import Schema

/// The consent ledger for whoever wants to prove it (`docs/consent-ledger.md`): ours, in the manner of the CRM's API.
struct ConsentProofRoutes: Sendable {
    /// An auditor reads a whole ledger, so pages may be large.
    private static let maximumPage = 1_000

    let trees: ConsentTrees

    var routes: [Route] {
        var noticia = RouteGroup(Noticia())
        noticia.get("/v1/consent/checkpoint", checkpoint)
        noticia.get("/v1/consent/keys", keys)
        noticia.get("/v1/consent/entries", entries)
        noticia.get("/v1/consent/proof/inclusion/{entry_id}", inclusion)
        noticia.get("/v1/consent/proof/consistency", consistency)
        return noticia.routes
    }

    private func checkpoint(_ request: APIRequest) async throws -> APIResponse {
        let account = request.principal.account
        return .text(try trees.keys.sign(try await trees.head(of: account), of: account).description)
    }

    private func keys(_ request: APIRequest) async throws -> APIResponse {
        let keys = trees.keys.verifiers(of: request.principal.account)
        return .text(keys.reduce(into: "") { $0 += $1.text + "\n" })
    }

    private func entries(_ request: APIRequest) async throws -> APIResponse {
        let list = "consent-entries"
        let query = try Noticia.PageQuery(request, list: list, fields: 1, maximum: Self.maximumPage)
        var first = Int64(try request.query.integer("first", in: 0...Int.max, default: 0))
        if let start = query.start {
            guard let last = Int64(start[0]), last >= 0, last < .max else { throw Noticia.PageQuery.invalidCursor }
            first = last + 1
        }
        let size = try await trees.head(of: request.principal.account).size
        // One more than the page has, to see whether there is another.
        let end = min(first.addingReportingOverflow(Int64(query.limit) + 1).partialValue, size)
        let rows = first < end ? try await trees.store.history(of: request.principal.account, first..<end) : []
        return try .json(Noticia.ListBody(query.page(of: rows, list: list) { ["\($0.leafIndex)"] }))
    }

    private func inclusion(_ request: APIRequest) async throws -> APIResponse {
        let account = request.principal.account
        let index = try await leafIndex(try request.parameter("entry_id"), of: account)
        let head = try await trees.head(of: account)
        let size = try request.query.size("tree_size", upTo: head.size) ?? head.size
        guard index < head.size else { throw RequestError.notFound("consent entry") }
        guard let plan = MerkleProofPlan(inclusionOf: index, size: size) else {
            throw RequestError.invalid(
                "tree_size", code: "out_of_range", "The entry is leaf \(index): this must be greater.")
        }
        let (hash, proof) = try await trees.inclusion(of: index, plan, account: account)
        return try .json(
            InclusionProofBody(
                leafIndex: index, leafHash: hash.base64, treeSize: size, proof: proof.map(\.base64)))
    }

    private func consistency(_ request: APIRequest) async throws -> APIResponse {
        let account = request.principal.account
        let head = try await trees.head(of: account)
        guard let first = try request.query.size("first", upTo: head.size) else {
            throw RequestError.invalid("first", code: "required", "This is required.")
        }
        let second = try request.query.size("second", upTo: head.size) ?? head.size
        guard let plan = MerkleProofPlan(consistencyFrom: first, to: second) else {
            throw RequestError.invalid("first", code: "out_of_range", "This must not be above second.")
        }
        let proof = try await trees.proof(plan, of: account)
        return try .json(ConsistencyProofBody(first: first, second: second, proof: proof.map(\.base64)))
    }

    /// The place of an entry, named by its id or by the place itself.
    private func leafIndex(_ reference: String, of account: AccountID) async throws -> Int64 {
        if let id = ConsentEntryID(reference) {
            guard let index = try await trees.store.leafIndex(of: id, account: account) else {
                throw RequestError.notFound("consent entry")
            }
            // It has been acknowledged a moment ago and gets its place within the second.
            guard let index else { throw RequestError.unavailable }
            return index
        }
        guard let index = Int64(reference), index >= 0 else { throw RequestError.notFound("consent entry") }
        return index
    }
}

extension QueryParameters {
    /// A number of leaves.
    fileprivate func size(_ name: String, upTo size: Int64) throws(RequestError) -> Int64? {
        guard string(name) != nil else { return nil }
        return Int64(try integer(name, in: 0...Int(size), default: 0))
    }
}

extension APIResponse {
    fileprivate static func text(_ text: String) -> APIResponse {
        APIResponse(status: .ok, headers: [.contentType: "text/plain; charset=utf-8"], body: Array(text.utf8))
    }
}

/// That an entry is in the tree (RFC 9162 §2.1.3).
struct InclusionProofBody: Encodable {
    let leafIndex: Int64
    /// Base64, as all hashes here.
    let leafHash: String
    let treeSize: Int64
    let proof: [String]

    enum CodingKeys: String, CodingKey {
        case leafIndex = "leaf_index"
        case leafHash = "leaf_hash"
        case treeSize = "tree_size"
        case proof
    }
}

/// That the tree of `second` leaves begins with that of `first` (RFC 9162 §2.1.4).
struct ConsistencyProofBody: Encodable {
    let first: Int64
    let second: Int64
    let proof: [String]
}
