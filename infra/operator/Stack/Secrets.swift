import Edge
import Foundation
import LocalStack
import Schema

/// What a stack must keep to itself, generated once: passwords, keys, and the demo account's API keys.
///
/// The file has the form of an environment file, so that `docker compose --env-file` reads it too.
struct Secrets {
    private let values: [String: String]

    /// The superuser of the database server.
    var adminPassword: String { self["CARAVAN_ADMIN_PASSWORD"] }
    /// Signs API keys.
    var privateKey: String { self["CARAVAN_KEY_PRIVATE"] }
    /// Verifies API keys.
    var publicKey: String { self["CARAVAN_KEY_PUBLIC"] }
    /// Seals personal data in events.
    var dataKeys: String { self["CARAVAN_DATA_KEYS"] }
    /// Sign the consent ledger's checkpoints.
    var ledgerKeys: String { self[Self.ledgerKeysName] }
    /// The account that the demo keys belong to.
    let demoAccount: ID<Account>

    /// The passwords of the services' database roles.
    var rolePasswords: [ServiceName: String] {
        get throws { try Self.rolePasswords(in: values) }
    }

    /// The passwords in an environment.
    static func rolePasswords(in values: [String: String]) throws -> [ServiceName: String] {
        try Dictionary(
            uniqueKeysWithValues: ServiceName.allCases.map { service in
                guard let password = values[passwordName(service)], !password.isEmpty else {
                    throw OperatorError("\(passwordName(service)) is missing")
                }
                return (service, password)
            })
    }

    /// The demo account's key for an API.
    func demoKey(_ dialect: DialectName) -> String { self[Self.demoKeyName(dialect)] }

    /// That key's id, by which it is registered and revoked.
    func demoKeyID(_ dialect: DialectName) -> String { self[Self.demoKeyIDName(dialect)] }

    private static let ledgerKeysName = "CARAVAN_LEDGER_KEYS"

    private subscript(name: String) -> String { values[name, default: ""] }

    static func passwordName(_ service: ServiceName) -> String { "CARAVAN_\(service.rawValue.uppercased())_PASSWORD" }

    private static func demoKeyName(_ dialect: DialectName) -> String {
        "CARAVAN_DEMO_KEY_\(dialect.rawValue.uppercased())"
    }

    private static func demoKeyIDName(_ dialect: DialectName) -> String {
        "CARAVAN_DEMO_KEY_ID_\(dialect.rawValue.uppercased())"
    }

    /// Reads a file.
    /// - Throws: `OperatorError` when it is not there or not complete.
    init(file: String) throws {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw OperatorError("\(file) cannot be read; has `./caravan up` ever run here?")
        }
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard let account = values["CARAVAN_DEMO_ACCOUNT"].flatMap({ ID<Account>($0) }) else {
            throw OperatorError("\(file) has no CARAVAN_DEMO_ACCOUNT; remove it, and `./caravan up` makes a new one")
        }
        demoAccount = account
        self.values = values
    }

    /// Reads a file after generating it when it is missing; only its owner may read it.
    static func loadOrGenerate(file: String) async throws -> Secrets {
        if access(file, F_OK) != 0 {
            let text = try await generate()
            let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw LocalStackError.system("create \(file)", errno) }
            try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(contentsOf: Data(text.utf8))
        }
        let secrets = try Secrets(file: file)
        guard secrets.ledgerKeys.isEmpty else { return secrets }
        // A file from before there was a consent ledger.
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("\(ledgerKeysName)=\(DataKeyring.generateKey())\n".utf8))
        try handle.close()
        return try Secrets(file: file)
    }

    /// New secrets as the text of an environment file.
    static func generate() async throws -> String {
        let privateKey = try APIKeySigner.generatePrivateKey()
        let signer = try APIKeySigner(privateKey: privateKey)
        let account = ID<Account>()
        var lines = ["CARAVAN_ADMIN_PASSWORD=\(randomPassword())"]
        for service in ServiceName.allCases { lines.append("\(passwordName(service))=\(randomPassword())") }
        lines += [
            "CARAVAN_KEY_PRIVATE=\(privateKey)", "CARAVAN_KEY_PUBLIC=\(signer.publicKey)",
            "CARAVAN_DATA_KEYS=k1:\(DataKeyring.generateKey())", "\(ledgerKeysName)=\(DataKeyring.generateKey())",
            "CARAVAN_DEMO_ACCOUNT=\(account)",
        ]
        for dialect in DialectName.allCases {
            let principal = demoPrincipal(dialect, account: account, keyID: ID<APIKey>().description)
            lines.append("\(demoKeyIDName(dialect))=\(principal.keyID)")
            lines.append("\(demoKeyName(dialect))=\(try await signer.token(for: principal))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What a demo key allows. The rate limit is out of the way of checkers and load generators.
    static func demoPrincipal(_ dialect: DialectName, account: ID<Account>, keyID: String) -> Principal {
        Principal(account: account, keyID: keyID, dialects: [dialect], isTestMode: true, rateLimit: 10_000_000)
    }

    private static func randomPassword() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<3).map { _ in String(generator.next(), radix: 36) }.joined()
    }
}
