import Foundation
import LocalStack
import Messaging
import Schema

/// How every process of a stack is: `SERVICE PORT READY LAG RESTARTS`.
enum StatusTable {
    private static let columns = [16, 7, 7, 9, 9]

    /// Asks every process and gives the table's lines.
    static func lines(_ state: StackState) async -> [String] {
        let rows = await withTaskGroup(of: (Int, String).self) { group in
            for (index, child) in state.children.enumerated() {
                group.addTask { (index, await row(child, replicas: state.replicas)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return [line(["SERVICE", "PORT", "READY", "LAG", "RESTARTS"])] + rows.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Shows the table until the task is cancelled: in place on a terminal, elsewhere once.
    static func show(_ state: @Sendable () -> StackState) async throws {
        var shown: [String] = []
        while true {
            let lines = await lines(state())
            if Console.isTerminal {
                let back = shown.isEmpty ? "\n" : "\u{1b}[\(shown.count)A"
                Console.write(back + lines.map { $0 + "\u{1b}[K\n" }.joined())
            } else if shown.isEmpty {
                Console.write(lines.map { $0 + "\n" }.joined())
            }
            shown = lines
            try await Task.sleep(for: .seconds(1))
        }
    }

    private static func row(_ child: StackState.Child, replicas: Int) async -> String {
        let service = ServiceName(rawValue: child.name)
        let label = service != nil && replicas > 1 ? "\(child.name)-\(child.replica)" : child.name
        let isReady: Bool
        var lag = ""
        switch child.name {
        case _ where service != nil:
            isReady = await isHealthy(child.port, "/readyz")
            lag = await consumerLag(child.port).map(String.init) ?? "?"
        case "gateway": isReady = await isHealthy(child.port, "/livez")
        default: isReady = child.process != nil && !Port.isFree(child.port)
        }
        return line([label, String(child.port), isReady ? "yes" : "no", lag, String(child.restarts)])
    }

    /// How many events the service has yet to read, over all its partitions.
    static func consumerLag(_ port: Int) async -> Int? {
        await metrics(port)?.values(of: MessagingMetric.consumerLag).reduce(0, +)
    }

    /// Whether the service had been given its share of the topics and had read all of it when it last looked, which it
    /// does every second.
    static func follows(_ port: Int) async -> Bool {
        guard let metrics = await metrics(port),
            let partitions = metrics.values(of: MessagingMetric.assignedPartitions).first, partitions > 0
        else { return false }
        // One that was not read from yet has no lag.
        let lags = metrics.values(of: MessagingMetric.consumerLag)
        return lags.count == partitions && lags.allSatisfy { $0 == 0 }
    }

    private static func metrics(_ port: Int) async -> [Substring]? {
        guard let metrics = try? await LocalHTTP.request("GET", "/metrics", port: port), metrics.status == 200 else {
            return nil
        }
        return metrics.body.split(separator: "\n")
    }

    private static func line(_ cells: [String]) -> String {
        zip(cells, columns).map { $0.padding(toLength: max($1, $0.count), withPad: " ", startingAt: 0) }
            .joined().trimmingCharacters(in: .whitespaces)
    }
}

extension [Substring] {
    /// What the lines of a page of metrics say of one of them.
    fileprivate func values(of metric: String) -> [Int] {
        filter { $0.hasPrefix(metric) }.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.map {
            Int($0)
        }
    }
}
