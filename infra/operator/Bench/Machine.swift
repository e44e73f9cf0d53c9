import Foundation

/// The machine that figures were taken on.
struct Machine: Encodable, Sendable {
    let cores: Int
    let memoryGiB: Int
    let processor: String
    let system: String
    let date: String

    static func current() -> Machine {
        let information = ProcessInfo.processInfo
        let model = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?
            .split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
        return Machine(
            cores: information.activeProcessorCount, memoryGiB: Int(information.physicalMemory >> 30),
            processor: model ?? "unknown", system: information.operatingSystemVersionString,
            date: Date.now.formatted(.iso8601.year().month().day()))
    }

    var line: String { "\(cores) cores (\(processor)), \(memoryGiB) GiB, \(system), \(date)" }
}
