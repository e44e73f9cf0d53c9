public import Foundation

/// Runs Python programs with the peers that `./caravan test` installs.
public enum Python {
    struct Missing: Error, CustomStringConvertible {
        let path: String
        var description: String { "There is no \(path): run the tests with ./caravan test, which installs it." }
    }

    /// Runs a program and answers what it printed.
    ///
    /// - Parameter input: What the program reads from its standard input.
    public static func run(_ program: String, input: Data) throws -> String {
        let process = Process()
        process.executableURL = try interpreter()
        process.arguments = ["-c", program]
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stdout
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: input)
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Starts a program that runs until it is ended.
    public static func start(_ program: String, _ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = try interpreter()
        process.arguments = ["-c", program] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// A module that serves HTTP until it is stopped.
    public final class Server: Sendable {
        public let port: Int
        private let process: Process

        /// Starts `python -m <module> <arguments>` and waits until it answers.
        ///
        /// - Parameter arguments: Given the port that it is to listen on.
        public init(_ module: String, arguments: (_ port: Int) -> [String]) async throws {
            let port = try Port.freeBlock(of: 1)
            let process = Process()
            process.executableURL = try Python.interpreter()
            process.arguments = ["-m", module] + arguments(port)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            self.port = port
            self.process = process
            let client = APIClient(baseURL: "http://127.0.0.1:\(port)", authorization: nil)
            try await eventually(timeout: .seconds(30), "\(module) answers") {
                try await client.send("GET", "/").status > 0
            }
        }

        /// Ends the program at once: asked politely, it might wait for connections that clients keep open.
        public func stop() {
            kill(process.processIdentifier, SIGKILL)
        }
    }

    static func interpreter() throws -> URL {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized
        let path =
            ProcessInfo.processInfo.environment["CARAVAN_PYTHON"]
            ?? root.appending(path: ".caravan/venv/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
        return URL(filePath: path)
    }
}
