import Foundation

/// Why a part of the local stack could not be started or asked; the text is meant for the person at the terminal.
public enum LocalStackError: Error, CustomStringConvertible {
    /// An executable or file that should be there is not.
    case missing(String)
    /// A command ended with a failure.
    case commandFailed(String, exit: ChildProcess.Exit, output: String)
    /// A part did not become ready in time; `log` names where its own words are.
    case notReady(String, log: String?)
    /// A system call failed.
    case system(String, Int32)
    /// The environment does not allow it; says what to change.
    case unsuitable(String)

    public var description: String {
        switch self {
        case .missing(let path): "\(path) is missing or not executable"
        case .commandFailed(let command, let exit, let output):
            "`\(command)` ended with \(exit)" + (output.isEmpty ? "" : ":\n\(output)")
        case .notReady(let part, let log): "\(part) did not become ready" + (log.map { "; see \($0)" } ?? "")
        case .system(let call, let number): "\(call): \(String(cString: strerror(number)))"
        case .unsuitable(let reason): reason
        }
    }
}
