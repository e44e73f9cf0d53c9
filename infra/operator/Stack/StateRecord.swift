import Foundation
import LocalStack
import Synchronization

/// The supervisor's own copy of `state.json`; every change is written at once.
final class StateRecord: Sendable {
    private let state: Mutex<StackState>
    private let directory: StackDirectory

    init(directory: StackDirectory, parts: StackParts) {
        self.directory = directory
        state = Mutex(
            StackState(
                supervisor: .current, phase: "starting", ports: parts.ports, replicas: parts.replicas,
                usesTLS: parts.usesTLS))
    }

    var current: StackState { state.withLock { $0 } }

    func change(_ body: @Sendable (inout StackState) -> Void) {
        state.withLock { state in
            body(&state)
            // The file only informs others; the stack runs as well when the disk is full.
            try? state.write(directory: directory.path)
        }
    }
}
