import ArgumentParser
import Foundation
import Kafka
import LocalStack

/// Which local stack a command is about.
struct StackOptions: ParsableArguments {
    static let defaultPortBase = 8080

    @Option(help: "The gateway's port; the other parts take ports shortly above it.")
    var portBase = Self.defaultPortBase

    @Option(help: "Where the stack keeps its data, logs and secrets; by default .caravan, or .caravan/<port base>.")
    var directory: String?

    /// The directory, made absolute. Each port base has its own, so that stacks run side by side.
    var place: StackDirectory {
        let root = Repository.root + "/.caravan"
        return StackDirectory(directory ?? (portBase == Self.defaultPortBase ? root : "\(root)/\(portBase)"))
    }

    /// The running stack.
    func running() throws -> StackState {
        guard let state = StackState.read(directory: place.path), state.supervisor.isRunning else {
            throw OperatorError("no stack runs in \(place.path); start one with `./caravan up`")
        }
        return state
    }
}

/// Which broker a command talks to.
struct BusOptions: ParsableArguments {
    @OptionGroup var stack: StackOptions

    @Option(help: "Bootstrap brokers, host:port,…; by default the local stack's.")
    var brokers: String?

    @Option(name: .customLong("property"), help: "A further librdkafka setting, name=value; may be repeated.")
    var properties: [String] = []

    func kafka() throws -> KafkaConfiguration {
        var configuration: KafkaConfiguration
        if let brokers {
            configuration = KafkaConfiguration(brokers: brokers)
        } else {
            configuration = KafkaConfiguration(brokers: "127.0.0.1:\(try stack.running().ports.broker)")
            configuration.properties["fetch.wait.max.ms"] = "1"
        }
        configuration.clientID = "caravan-operator"
        for property in properties {
            let parts = property.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw ValidationError("--property takes name=value, not \(property)") }
            configuration.properties[parts[0]] = parts[1]
        }
        return configuration
    }
}
