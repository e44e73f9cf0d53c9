import ArgumentParser
import Edge
import Foundation
import LocalStack
import Schema

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Creates, lists and revokes API keys.",
        subcommands: [Create.self, List.self, Revoke.self])

    /// Where the management API is and who asks.
    struct Access: ParsableArguments {
        @OptionGroup var stack: StackOptions

        @Option(help: "The gateway's address; by default the local stack's.")
        var url: String?

        @Option(help: "The file with the signing key and the admin key; by default the local stack's.")
        var secrets: String?

        func secretsFile() throws -> Secrets { try Secrets(file: secrets ?? stack.place.secrets) }

        func client() throws -> ManagementClient {
            ManagementClient(
                baseURL: try url ?? stack.running().baseURL, adminKey: try secretsFile().demoKey(.management))
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Signs a key, registers it and prints it. It is shown this once only.")

        @OptionGroup var access: Access

        @Option(help: "What the key is for.")
        var name: String

        @Option(
            parsing: .upToNextOption,
            help: "The APIs it opens: \(DialectName.allCases.map(\.rawValue).joined(separator: ", ")).")
        var dialects: [DialectName] = DialectName.allCases.filter { $0 != .management }

        @Option(parsing: .upToNextOption, help: "What it may do; * is everything.")
        var permissions = ["*"]

        @Option(help: "Requests per minute.")
        var rateLimit = 100

        @Option(
            name: .customLong("allow"), parsing: .upToNextOption,
            help: "Where its requests must come from, as 203.0.113.0/24 or 2001:db8::7; by default anywhere.")
        var allowed: [AddressRange] = []

        @Flag(help: "Use sandboxes instead of the real world.")
        var testMode = false

        func validate() throws {
            guard rateLimit > 0 else { throw ValidationError("--rate-limit takes a number above 0") }
            guard allowed.count <= Principal.addressCount.upperBound else {
                throw ValidationError("--allow takes at most \(Principal.addressCount.upperBound)")
            }
        }

        func run() async throws {
            let secrets = try access.secretsFile()
            let principal = Principal(
                account: secrets.demoAccount, keyID: ID<APIKey>().description, dialects: Set(dialects),
                permissions: Set(permissions), isTestMode: testMode, rateLimit: rateLimit,
                allowedAddresses: allowed.isEmpty ? nil : allowed)
            try await access.client().register(RegisteredKey(principal, name: name))
            let token = try await APIKeySigner(privateKey: secrets.privateKey).token(for: principal)
            Console.step("\(principal.keyID), \(name)")
            print(token)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the account's keys, without their tokens.")

        @OptionGroup var access: Access

        func run() async throws {
            for key in try await access.client().keys() {
                let state = key.revokedAt.map { "revoked \($0)" } ?? "\(key.rateLimit)/min"
                let allowed = key.allowedAddresses.map { "  from \($0.joined(separator: " "))" } ?? ""
                print("\(key.id)  \(key.name)  [\(key.dialects.joined(separator: " "))]  \(state)\(allowed)")
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revokes a key; every service hears of it at once.")

        @OptionGroup var access: Access

        @Argument(help: "The key's id, as `list` shows it.")
        var id: String

        func run() async throws {
            try await access.client().revoke(id)
            Console.step("\(id) is revoked")
        }
    }
}
