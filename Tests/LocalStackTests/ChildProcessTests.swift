import Foundation
import LocalStack
import TestKit
import Testing

@Suite struct ChildProcessTests {
    @Test func runReturnsEverythingWritten() async throws {
        let text = try await ChildProcess.run(
            .init("sh", ["-c", "echo out; echo err >&2; echo $GREETING"], environment: ["GREETING": "hello"]))
        #expect(text == "out\nerr\nhello\n")
    }

    @Test func runThrowsTheOutputOfAFailedCommand() async throws {
        do {
            try await ChildProcess.run(.init("sh", ["-c", "echo broken; exit 3"]))
            Issue.record("the failure was not reported")
        } catch LocalStackError.commandFailed(_, let exit, let output) {
            #expect(exit == .exited(3))
            #expect(output == "broken\n")
        }
    }

    @Test func aMissingExecutableIsNamed() async throws {
        await #expect(throws: LocalStackError.self) {
            try await ChildProcess.start(.init("/nowhere/at-all"))
        }
    }

    @Test func stopKillsAChildThatDoesNotListen() async throws {
        let mark = try TemporaryDirectory.make("deaf") + "/ready"
        let child = try await ChildProcess.start(
            .init("sh", ["-c", "trap '' TERM; touch \(mark); while :; do sleep 0.1; done"]))
        try await eventually("the child ignores SIGTERM") { access(mark, F_OK) == 0 }
        #expect(child.isRunning)
        let exit = await child.stop(timeout: .milliseconds(200))
        #expect(exit == .signalled(SIGKILL))
        #expect(child.exit == exit)
        child.signal(SIGTERM)
    }

    @Test func everyWaiterHearsOfTheEnd() async throws {
        let child = try await ChildProcess.start(.init("sleep", ["30"]))
        async let first = child.waitForExit()
        async let second = child.waitForExit()
        child.signal(SIGINT)
        #expect(await [first, second, child.waitForExit()] == Array(repeating: .signalled(SIGINT), count: 3))
    }

    /// A child leads its own process group: Ctrl-C in the terminal must not reach it before its turn.
    @Test func aChildLeadsItsOwnProcessGroup() async throws {
        let child = try await ChildProcess.start(.init("sleep", ["30"]))
        #expect(getpgid(child.pid) == child.pid)
        await child.stop()
    }
}
