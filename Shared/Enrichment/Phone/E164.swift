import CPhoneNumber

/// A telephone number in the one form in which it is kept and compared: `+33612345678` (ITU-T E.164).
///
/// It is checked by libphonenumber's plan for country code and length. Whether the number is assigned does not count:
/// plans are older than the newest numbers.
public struct E164: Hashable, Sendable {
    /// A plus sign and 7 to 15 digits.
    public let text: String

    /// Takes a number that is written in E.164 already; nil for every other way to write it.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.capacity, text.utf8.first == UInt8(ascii: "+"),
            text.utf8.dropFirst().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            Self.format(text, region: Self.nowhere) == text
        else { return nil }
        self.text = text
    }

    /// Reads a number as somebody typed it.
    ///
    /// - Parameter country: The ISO 3166 code of the country that a number without a country code belongs to; without one
    ///   such a number cannot be told.
    public init?(typed text: String, in country: String? = nil) {
        guard text.utf8.count <= 64, let text = Self.format(text, region: country?.uppercased() ?? Self.nowhere) else {
            return nil
        }
        self.text = text
    }

    /// libphonenumber's region of numbers that say their country themselves.
    private static let nowhere = "ZZ"
    /// Fifteen digits and the plus sign; libphonenumber knows a few longer ones, which are not E.164.
    private static let capacity = 16

    private static func format(_ text: String, region: String) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { number in
                withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { output in
                    let count = caravan_phone_e164(
                        number.baseAddress, number.count, region, output.baseAddress, output.count)
                    guard count > 0 else { return nil }
                    return String(decoding: UnsafeRawBufferPointer(output).prefix(count), as: UTF8.self)
                }
            }
        }
    }
}
