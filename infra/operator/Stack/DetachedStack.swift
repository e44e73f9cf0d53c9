import Foundation
import LocalStack

/// A stack in a session of its own, which outlives the command that starts it.
struct DetachedStack {
    let directory: StackDirectory
    /// Of the same executable, for the foreground.
    let arguments: [String]

    /// Returns when the stack is ready.
    /// - Throws: with the supervisor's own words when it ends before that.
    func start() async throws {
        try directory.create()
        let log = directory.log("supervisor")
        try Data().write(to: URL(fileURLWithPath: log))
        let supervisor = try await ChildProcess.start(
            .init(try BuiltProducts.path(of: "caravan-operator"), arguments, logFile: log, deathSignal: nil))
        var shown = 0
        while true {
            shown = show(log, from: shown)
            if let state = StackState.read(directory: directory.path), state.supervisor.pid == supervisor.pid,
                state.isReady
            {
                _ = show(log, from: shown)
                return
            }
            if let exit = supervisor.exit {
                _ = show(log, from: shown)
                throw OperatorError("the stack ended with \(exit)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Passes on what the supervisor has said since.
    private func show(_ log: String, from offset: Int) -> Int {
        let text = FileManager.default.contents(atPath: log) ?? Data()
        // Whole lines only.
        guard let end = text.lastIndex(of: UInt8(ascii: "\n")), end >= offset else { return offset }
        Console.write(String(decoding: text[offset...end], as: UTF8.self))
        return end + 1
    }
}
