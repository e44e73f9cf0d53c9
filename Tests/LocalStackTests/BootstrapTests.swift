import Foundation
import LocalStack
import TestKit
import Testing

/// The script `./caravan`, in a copy of its surroundings without packages and sources.
@Suite struct BootstrapTests {
    @Test func aStackCanBeStoppedWhenNothingBuilds() async throws {
        let root = try TemporaryDirectory.make("bootstrap")
        let source = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
        let files = FileManager.default
        try files.copyItem(atPath: source + "/caravan", toPath: root + "/caravan")
        try files.createDirectory(atPath: root + "/infra", withIntermediateDirectories: true)
        try files.copyItem(atPath: source + "/infra/bootstrap", toPath: root + "/infra/bootstrap")
        try write("#!/bin/sh\nexit 1\n", to: root + "/bin/swift")
        try write("#!/bin/sh\necho \"operator $*\"\n", to: root + "/.build/release/caravan-operator")
        let output = try await ChildProcess.run(
            .init(
                "/bin/bash", [root + "/caravan", "down", "--port-base", "9000"],
                environment: ["PATH": root + "/bin:/usr/bin:/bin"]))
        #expect(output == "operator down --port-base 9000\n")
    }

    private func write(_ text: String, to path: String) throws {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        chmod(path, 0o755)
    }
}
