import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Speaks to the management API.
struct ManagementClient {
    /// Of the gateway, without a trailing slash.
    let baseURL: String
    let adminKey: String

    /// Sends one request.
    /// - Parameter accepted: the statuses that are no failure.
    /// - Returns: the body of the answer.
    /// - Throws: `OperatorError` with the answer's text for any other status.
    @discardableResult
    func send(_ method: String, _ path: String, body: Data? = nil, accepting accepted: Set<UInt> = []) async throws
        -> Data
    {
        var request = HTTPClientRequest(url: baseURL + "/admin/v1" + path)
        request.method = .init(rawValue: method)
        request.headers.add(name: "Authorization", value: "Bearer \(adminKey)")
        request.headers.add(name: "Content-Type", value: "application/json")
        if let body { request.body = .bytes(body) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(15))
        let answer = Data(try await response.body.collect(upTo: 4 << 20).readableBytesView)
        guard (200..<300).contains(response.status.code) || accepted.contains(response.status.code) else {
            throw OperatorError(
                "\(method) \(request.url): \(response.status.code) \(String(decoding: answer, as: UTF8.self))")
        }
        return answer
    }
}
