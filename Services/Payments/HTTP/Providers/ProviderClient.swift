import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Schema

/// Speaks to the HTTP API of a provider: a tax service or a payment gateway.
struct ProviderClient: Sendable {
    /// An answer of any status.
    struct Reply: Sendable {
        let status: Int
        let body: [UInt8]

        var isSuccess: Bool { (200..<300).contains(status) }
    }

    /// Without a slash at the end.
    let baseURL: String
    /// The Authorization header.
    let authorization: String
    /// From the connection to the last byte.
    let timeout: Duration

    /// Lives as long as the process. Redirects are not followed: they would carry credentials away.
    private static let http = HTTPClient(
        eventLoopGroupProvider: .singleton, configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
    /// Larger answers are no answer.
    private static let maximumBody = 4 << 20

    /// Sends one request.
    ///
    /// - Throws: When there is no whole answer in time: whether the request had an effect is then not known.
    func send(
        _ method: HTTPMethod, _ path: String, contentType: String? = nil, headers: [(String, String)] = [],
        body: [UInt8] = []
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: baseURL + path)
        request.method = method
        request.headers = HTTPHeaders(headers)
        request.headers.add(name: "Authorization", value: authorization)
        request.headers.add(name: "Accept", value: "application/json")
        if let contentType {
            request.headers.add(name: "Content-Type", value: contentType)
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let (seconds, attoseconds) = timeout.components
        let deadline = NIODeadline.now() + .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        let response = try await Self.http.execute(request, deadline: deadline)
        let collected = try await response.body.collect(upTo: Self.maximumBody)
        return Reply(status: Int(response.status.code), body: Array(collected.readableBytesView))
    }
}
