import Schema
import Testing

@Suite struct TraceContextTests {
    private let example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func readsAndWrites() throws {
        let context = try #require(TraceContext(traceparent: example))
        #expect(context.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(context.spanID == "00f067aa0ba902b7")
        #expect(context.flags == 1)
        #expect(context.traceparent == example)
    }

    @Test func readsLaterVersions() throws {
        let context = try #require(TraceContext(traceparent: "cc" + example.dropFirst(2) + "-more"))
        #expect(context.traceparent == example)
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473x-00f067aa0ba902b7-01",
    ])
    func rejectsMalformedHeaders(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test func aChildIsAnotherSpanOfTheTrace() throws {
        let parent = try #require(TraceContext(traceparent: example))
        let child = parent.child()
        #expect(child.traceID == parent.traceID)
        #expect(child.spanID != parent.spanID)
        #expect(child.flags == parent.flags)
    }

    @Test func randomContextsAreValidAndSampled() {
        let context = TraceContext.random()
        #expect(TraceContext(traceparent: context.traceparent) == context)
        #expect(context.flags == 1)
        #expect(TraceContext.random().traceID != context.traceID)
    }

    @Test func belongsToTheTask() async {
        #expect(TraceContext.current == nil)
        let context = TraceContext.random()
        await TraceContext.$current.withValue(context) {
            let inChild = await Task { TraceContext.current }.value
            #expect(inChild == context)
        }
    }
}
