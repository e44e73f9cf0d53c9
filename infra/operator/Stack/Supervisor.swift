import Foundation
import LocalStack

/// Keeps the parts of a stack running: what dies is started again, and at the end all of it stops, last come first.
actor Supervisor {
    private struct Kept {
        let part: Part
        let stage: Int
        var child: ChildProcess?
        var restarts = 0
    }

    /// How long a dead part stays dead, as Kubernetes would have it at first.
    private static let backoff: Duration = .milliseconds(200)

    private var kept: [Kept] = []
    private var keepers: [Task<Void, Never>] = []
    private var stage = 0
    private var isStopping = false
    private let onChange: @Sendable ([StackState.Child]) -> Void

    /// - Parameter onChange: told of every start and every end of a process.
    init(onChange: @escaping @Sendable ([StackState.Child]) -> Void) {
        self.onChange = onChange
    }

    /// Starts parts side by side and returns when all of them are ready.
    /// - Throws: when one cannot be started, dies again and again, or is not ready in time.
    func start(_ parts: [Part], timeout: Duration = .seconds(60)) async throws {
        stage += 1
        let indices = parts.map { part in
            kept.append(Kept(part: part, stage: stage))
            return kept.count - 1
        }
        try await withThrowingTaskGroup { group in
            for index in indices { group.addTask { try await self.startFirst(index) } }
            try await group.waitForAll()
        }
        let deadline = ContinuousClock.now + timeout
        for index in indices {
            while await !parts[index - indices[0]].isReady() {
                guard kept[index].restarts < 5, ContinuousClock.now < deadline, !isStopping else {
                    throw LocalStackError.notReady(kept[index].part.name, log: kept[index].part.logFile)
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// Stops everything, the parts started last first; those of one stage together.
    func stop() async {
        isStopping = true
        for stage in Set(kept.map(\.stage)).sorted(by: >) {
            await withTaskGroup { group in
                for case (let part, let child?) in kept.filter({ $0.stage == stage }).map({ ($0.part, $0.child) }) {
                    group.addTask { await part.stop(child) }
                }
            }
        }
        for keeper in keepers { await keeper.value }
    }

    /// Ends everything at once.
    func kill() {
        isStopping = true
        for child in kept.compactMap(\.child) { child.signal(SIGKILL) }
    }

    private func startFirst(_ index: Int) async throws {
        let child = try await kept[index].part.start()
        note(index, child)
        keepers.append(Task { await self.keep(index, child) })
    }

    private func keep(_ index: Int, _ first: ChildProcess) async {
        var child: ChildProcess? = first
        while true {
            _ = await child?.waitForExit()
            note(index, nil)
            if isStopping { return }
            try? await Task.sleep(for: Self.backoff)
            if isStopping { return }
            kept[index].restarts += 1
            child = try? await kept[index].part.start()
            note(index, child)
            // It may have come to life after everything else was told to stop.
            if isStopping, let child { await kept[index].part.stop(child) }
        }
    }

    private func note(_ index: Int, _ child: ChildProcess?) {
        kept[index].child = child
        onChange(
            kept.map { kept in
                StackState.Child(
                    name: kept.part.name, replica: kept.part.replica,
                    process: kept.child.flatMap { ProcessIdentity(pid: $0.pid) }, port: kept.part.port,
                    restarts: kept.restarts)
            })
    }
}
