import ArgumentParser

struct SecretsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets", abstract: "Makes passwords and keys as an environment file.",
        discussion: """
            `./caravan secrets --file .env` is what docker-compose.yml needs; `keys --secrets .env` signs with them.
            """)

    @Option(help: "Where to write them, unless the file is there already; by default they are printed.")
    var file: String?

    func run() async throws {
        if let file {
            _ = try await Secrets.loadOrGenerate(file: file)
        } else {
            print(try await Secrets.generate(), terminator: "")
        }
    }
}
