import Foundation
import LocalStack
import TestKit
import Testing

/// `caravan up` as a process: what it does when others die, and what others do when it does.
@Suite struct SupervisorTests {
    @Test func theDeadAreStartedAgainAndNothingOutlivesTheSupervisor() async throws {
        let stack = try Stack()
        let first = try await stack.start()
        let before = try await stack.ready()

        // nginx is the hard case: its workers keep the port when their master is killed.
        for name in ["gateway", "postgres"] { try stack.child(name).process?.signal(SIGKILL) }
        try await eventually(timeout: .seconds(60), "the killed parts are back") {
            for name in ["gateway", "postgres"] {
                let child = try stack.child(name)
                guard child.restarts > 0, let process = child.process, process.isRunning else { return false }
            }
            return try await LocalHTTP.request("GET", "/livez", port: before.ports.gateway).status == 200
        }

        let children = try stack.state().children.compactMap(\.process)
        #expect(children.count == 8)
        first.signal(SIGKILL)
        for child in children { #expect(try await child.waitForEnd(timeout: .seconds(30))) }

        // The next one finds the state file of the killed one, and the data.
        let second = try await stack.start()
        _ = try await stack.ready()
        #expect(await second.stop(timeout: .seconds(30)) == .exited(0))
        #expect(StackState.read(directory: stack.directory) == nil)
    }

    /// The caller's end comes before the stack is even ready.
    @Test func aClosedStandardInputStopsTheStart() async throws {
        let stack = try Stack()
        let supervisor = try await stack.start("--until-stdin-closes")
        #expect(await supervisor.waitForExit() == .exited(0))
        #expect(StackState.read(directory: stack.directory) == nil)
        #expect(Port.isFree(stack.ports.postgres))
    }

    /// What had been started is stopped in order: Postgres writes its checkpoint.
    @Test func aFailedStartStopsPostgresProperly() async throws {
        let stack = try Stack()
        var command = try stack.command()
        command.environment["CARAVAN_LOG_LEVEL"] = "nonsense"
        let supervisor = try await ChildProcess.start(command)
        #expect(await supervisor.waitForExit() != .exited(0))
        let log = try String(contentsOfFile: stack.directory + "/postgres/postgres.log", encoding: .utf8)
        #expect(log.contains("database system is shut down"))
    }

    @Test func aTakenPortIsNamed() async throws {
        let stack = try Stack()
        let broker = try await TestBroker.shared()
        let port = try #require(broker.bootstrap.split(separator: ":").last.flatMap { Int($0) })
        let output = await #expect(throws: LocalStackError.self) {
            try await ChildProcess.run(stack.command("--port-base", "\(port)"))
        }
        #expect(output?.description.contains("port \(port) is taken") == true)
    }
}

private struct Stack {
    let directory: String
    let ports: StackPorts

    init() throws {
        directory = try TemporaryDirectory.make("supervised")
        ports = StackPorts(base: try Port.freeBlock(of: StackPorts.count(replicas: 1)))
    }

    func command(_ arguments: String...) throws -> ChildProcess.Command {
        .init(
            try BuiltProducts.path(of: "caravan-operator"),
            ["up", "--directory", directory, "--port-base", "\(ports.base)"] + arguments,
            logFile: directory + "/up.log")
    }

    func start(_ arguments: String...) async throws -> ChildProcess {
        var command = try command()
        command.arguments += arguments
        return try await ChildProcess.start(command)
    }

    func state() throws -> StackState {
        try #require(StackState.read(directory: directory))
    }

    func child(_ name: String) throws -> StackState.Child {
        try #require(try state().children.first { $0.name == name })
    }

    func ready() async throws -> StackState {
        try await eventually(timeout: .seconds(120), "the stack is ready, see \(directory)/up.log") {
            StackState.read(directory: directory)?.isReady == true
        }
        return try state()
    }
}
