import ArgumentParser

/// The operator tool: runs Caravan on one machine, and looks after its keys, topics, events and database anywhere.
@main struct Operator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "caravan",
        abstract: "Runs Caravan, and looks after its keys, topics, events and database.",
        discussion: "`./caravan test` runs every test. Each command takes --build debug|release.",
        subcommands: [
            UpCommand.self, DownCommand.self, StatusCommand.self, TargetCommand.self, KeysCommand.self,
            TopicsCommand.self, TailCommand.self, ReplayCommand.self, MigrateCommand.self, SecretsCommand.self,
            GatewayConfigCommand.self, LedgerCommand.self, ConsentCommand.self, ImportCommand.self, BenchCommand.self,
        ])
}
