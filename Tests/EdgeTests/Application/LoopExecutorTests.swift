import NIOCore
import NIOPosix
import Testing

@testable import Edge

@Suite struct LoopExecutorTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    @Test func aTaskStaysOnItsLoopWhereverItWasWoken() async throws {
        let executors = LoopExecutors(group)
        for loop in group.makeIterator() {
            try await withTaskExecutorPreference(executors[loop]) {
                #expect(loop.inEventLoop)
                await withCheckedContinuation { continuation in
                    Task.detached { continuation.resume() }
                }
                #expect(loop.inEventLoop)
                try await Task.sleep(for: .milliseconds(1))
                #expect(loop.inEventLoop)
            }
        }
    }

    @Test func onTheSharedExecutorTheRunningLoopTakesTheTask() async {
        let executors = LoopExecutors(group)
        for loop in group.makeIterator() {
            await withTaskExecutorPreference(executors[loop]) {
                await withTaskExecutorPreference(executors.shared) { #expect(loop.inEventLoop) }
            }
        }
    }
}
