import ArgumentParser

struct SecretsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets", abstract: "Prints new passwords and keys as an environment file.",
        discussion:
            "`./caravan secrets > .env` is what docker-compose.yml needs; `keys --secrets .env` signs with them.")

    func run() async throws {
        print(try await Secrets.generate(), terminator: "")
    }
}
