import ArgumentParser
import LocalStack

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows how every process of the stack is; the exit status is 0 when all is ready.")

    @OptionGroup var stack: StackOptions

    func run() async throws {
        let state = try stack.running()
        print("\(state.baseURL)  \(state.phase)")
        for line in await StatusTable.lines(state) { print(line) }
        if !state.isReady { throw ExitCode.failure }
    }
}
