import Edge
import FoundationEssentials
import HTTPTypes
import Schema

/// The sandbox wallet's approval page, where `redirect_url` leads. Opening it approves, see docs/sandbox.md.
struct SandboxWalletRoutes: Sendable {
    let sandbox: SandboxGateway

    var routes: [Route] {
        let path = "/sandbox/wallet/{token}"
        return [
            Route(.get, path, dialect: Management(), isPublic: true) { try await page($0, cancels: false) },
            Route(.post, path, dialect: Management(), isPublic: true) { try await page($0, cancels: true) },
        ]
    }

    private func page(_ request: APIRequest, cancels: Bool) async throws -> APIResponse {
        guard let payment = try await sandbox.payment(walletToken: request.parameter("token")),
            let wallet = payment.wallet
        else { throw RequestError.notFound("payment") }
        let state = try await cancels ? sandbox.cancel(payment) : sandbox.approve(payment)
        return .page(SandboxWalletPage(amount: payment.amount, state: state, wallet: wallet).html)
    }
}

/// The page's text.
struct SandboxWalletPage {
    let amount: Money
    let state: SandboxState
    let wallet: SandboxPayment.Wallet

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Sandbox wallet</title>
        <style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 30rem; margin: 4rem auto; padding: 0 1rem }</style>
        </head>
        <body>
        <h1>Sandbox wallet</h1>
        <p>\(escape(sentence))</p>
        \(links.joined(separator: "\n"))
        </body>
        </html>

        """
    }

    private var sentence: String {
        switch state {
        case .approved, .redirected: "You have approved a payment of \(amount.formatted)."
        case .captured, .refunded: "The payment of \(amount.formatted) is complete."
        case .cancelled, .declined: "The payment of \(amount.formatted) was called off."
        }
    }

    private var links: [String] {
        switch state {
        case .approved, .redirected:
            [
                link("Return to the shop", wallet.returnURL),
                #"<form method="post"><button>Cancel the payment</button></form>"#,
            ]
        case .captured, .refunded: [link("Return to the shop", wallet.returnURL)]
        case .cancelled, .declined: [link("Return to the shop", wallet.cancelURL)]
        }
    }

    /// Only addresses of the web: others could run something in the buyer's browser.
    private func link(_ text: String, _ address: String) -> String {
        let isWeb = ["https://", "http://"].contains { address.lowercased().hasPrefix($0) }
        return isWeb ? "<p><a href=\"\(escape(address))\" rel=\"noreferrer\">\(text)</a></p>" : ""
    }

    private func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}

extension APIResponse {
    /// A page for browsers that loads nothing, runs nothing and is kept nowhere.
    fileprivate static func page(_ html: String) -> APIResponse {
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        headers[.xContentTypeOptions] = "nosniff"
        return APIResponse(status: .ok, headers: headers, body: Array(html.utf8))
    }
}
