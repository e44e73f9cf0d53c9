import Foundation
import LocalStack
import Schema
import TestKit
import Testing

@Suite struct StackStateTests {
    @Test func stateSurvivesTheFile() throws {
        let directory = try TemporaryDirectory.make("state")
        #expect(StackState.read(directory: directory) == nil)
        let state = StackState(
            supervisor: .current, phase: StackState.readyPhase, ports: StackPorts(base: 9000), replicas: 2,
            usesTLS: true,
            children: [.init(name: "orders", replica: 1, process: .current, port: 9031, restarts: 3)])
        try state.write(directory: directory)
        #expect(StackState.read(directory: directory) == state)
        #expect(state.isReady)
        StackState.remove(directory: directory)
        #expect(StackState.read(directory: directory) == nil)
    }

    @Test func portsOfReplicasDoNotMeet() {
        let ports = StackPorts(base: 8080)
        #expect(ports.service(.catalog, replica: 0) == 8100)
        #expect(ports.service(.notifications, replica: 1) == 8114)
        #expect(StackPorts.count(replicas: 2) > ports.service(.notifications, replica: 1) - 8080)
    }

    /// A process id alone says nothing: ids are reused.
    @Test func anEndedProcessIsNotTakenForAnother() async throws {
        let child = try await ChildProcess.start(.init("sleep", ["30"]))
        let identity = try #require(ProcessIdentity(pid: child.pid))
        #expect(identity.isRunning)
        await child.stop()
        #expect(try await identity.waitForEnd(timeout: .seconds(5)))
        #expect(ProcessIdentity(pid: child.pid) != identity)
    }
}
