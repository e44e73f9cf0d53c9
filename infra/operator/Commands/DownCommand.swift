import ArgumentParser
import Foundation
import LocalStack

struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Stops the stack; what was stored is kept.")

    @OptionGroup var stack: StackOptions

    func run() async throws {
        guard let state = StackState.read(directory: stack.place.path) else {
            Console.step("Nothing runs in \(stack.place.path)")
            return
        }
        state.supervisor.signal(SIGTERM)
        guard try await state.supervisor.waitForEnd(timeout: .seconds(30)) else {
            throw OperatorError("the supervisor, process \(state.supervisor.pid), does not end")
        }
        // A supervisor that was killed left its file, and perhaps processes that are still ending.
        try await stack.place.clearLeftovers()
        Console.step("Stopped")
    }
}
