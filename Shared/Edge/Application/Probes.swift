import HTTPTypes

/// The operator's endpoints. They need no key; the gateway does not route them.
struct Probes: Sendable {
    let health: EdgeHealth

    /// The answer to a probe; nil for every other request.
    func answer(_ head: HTTPRequest) async -> APIResponse? {
        guard head.method == .get || head.method == .head else { return nil }
        switch head.path {
        case "/livez":
            return text("ok\n")
        case "/readyz":
            let problems = await health.problems()
            if problems.isEmpty { return text("ok\n") }
            return text(problems.map { "not ready: \($0)\n" }.joined(), status: .serviceUnavailable)
        case "/metrics":
            return text(await health.metrics(), type: "text/plain; version=0.0.4; charset=utf-8")
        default:
            return nil
        }
    }

    private func text(
        _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
    ) -> APIResponse {
        APIResponse(status: status, headers: [.contentType: type], body: Array(text.utf8))
    }
}
