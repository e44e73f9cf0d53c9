import Foundation
import Schema
import TestKit

/// The resident memory of each service when it has nothing to do.
struct IdleMemory {
    let stack: BenchStack

    func measure() async throws -> [Figure] {
        // Demo data has just gone through all services.
        for _ in 0..<5 { try await Pace(perSecond: 1).next() }
        let megabytes = ServiceName.allCases.compactMap { stack.process($0).flatMap { Self.resident($0.pid) } }
        return [
            Figure(
                name: "resident memory of an idle service, the largest of five", value: megabytes.max() ?? 0,
                unit: "MiB",
                bound: nil, mark: .atMost(40))
        ]
    }

    /// In MiB.
    static func resident(_ pid: Int32) -> Double? {
        let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Double($0) }.map { $0 / 1024 }
    }
}
