import Foundation
import LocalStack
import Schema
import TestKit

/// Something that goes wrong while orders are placed.
enum Fault: CustomStringConvertible {
    case killService(ServiceName, replica: Int)
    /// SIGQUIT to the postmaster: it ends at once, and recovers from its log on the next start.
    case restartPostgres
    /// The broker refuses connections for a while.
    case brokerDown
    /// The broker is gone for good, and a new, empty one takes its place.
    case loseBroker

    /// Each service once, in a random order, among the faults of what they stand on.
    static func all(_ generator: inout SeededGenerator) -> [Fault] {
        var faults: [Fault] = [.restartPostgres, .brokerDown, .loseBroker]
        for service in ServiceName.allCases {
            faults.append(.killService(service, replica: Int.random(in: 0...1, using: &generator)))
        }
        return faults.shuffled(using: &generator)
    }

    var description: String {
        switch self {
        case .killService(let service, let replica): "kill -9 of \(service.rawValue), replica \(replica)"
        case .restartPostgres: "Postgres restarts in immediate mode"
        case .brokerDown: "the broker goes down and comes up"
        case .loseBroker: "the broker is lost, a new empty one comes"
        }
    }

    /// Makes it happen, and returns when whatever was killed runs again. `whileItLasts` is called while the fault does.
    func inject(into stack: RunningStack, whileItLasts: () async throws -> Void) async throws {
        switch self {
        case .killService(let service, let replica):
            try await restart(service.rawValue, replica: replica, in: stack, with: SIGKILL)
        case .restartPostgres:
            try await restart("postgres", in: stack, with: SIGQUIT)
        case .brokerDown:
            try await stack.broker("/down")
            try await whileItLasts()
            try await stack.broker("/up")
        case .loseBroker:
            try await restart("devbroker", in: stack, with: SIGKILL)
        }
    }

    private func restart(_ name: String, replica: Int = 0, in stack: RunningStack, with signal: Int32) async throws {
        try await stack.end(name, replica: replica, with: signal).awaitSuccessor(in: stack)
    }
}

/// A child of the stack that was ended from outside.
struct Casualty {
    let name: String
    let replica: Int
    let process: ProcessIdentity?

    /// Returns when it has been started again.
    func awaitSuccessor(in stack: RunningStack) async throws {
        try await eventually(timeout: .seconds(60), "\(name) runs again") {
            guard let now = stack.child(name, replica: replica)?.process else { return false }
            return now != process && now.isRunning
        }
    }
}

extension RunningStack {
    /// Ends a child by a signal.
    func end(_ name: String, replica: Int = 0, with signal: Int32) -> Casualty {
        let process = child(name, replica: replica)?.process
        process?.signal(signal)
        return Casualty(name: name, replica: replica, process: process)
    }

    /// `kill -9` of both replicas of services.
    func kill(_ services: ServiceName...) -> [Casualty] {
        services.flatMap { service in
            (0...1).map { end(service.rawValue, replica: $0, with: SIGKILL) }
        }
    }
}
