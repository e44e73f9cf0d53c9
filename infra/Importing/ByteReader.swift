import Foundation

/// Reads a file byte by byte, in pieces of a size that disks like.
struct ByteReader {
    private static let pieceSize = 256 << 10

    private let handle: FileHandle
    private var piece: [UInt8] = []
    private var index = 0
    /// Bytes before the next one.
    private(set) var offset: Int64

    /// - Throws: `ImportError` when the file cannot be read.
    init(path: String, at offset: Int64) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw ImportError("\(path) cannot be read") }
        try handle.seek(toOffset: UInt64(offset))
        self.handle = handle
        self.offset = offset
    }

    /// The next byte, which stays; nil at the end.
    mutating func peek() throws -> UInt8? {
        if index == piece.count {
            piece = Array(try handle.read(upToCount: Self.pieceSize) ?? Data())
            index = 0
            if piece.isEmpty { return nil }
        }
        return piece[index]
    }

    /// Takes the next byte; nil at the end.
    mutating func next() throws -> UInt8? {
        guard let byte = try peek() else { return nil }
        index += 1
        offset += 1
        return byte
    }
}
