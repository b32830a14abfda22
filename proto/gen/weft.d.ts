import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace weft. */
export namespace weft {

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of a Prefix.
         * @deprecated Use weft.v1.Prefix.$Properties instead.
         */
        interface IPrefix extends weft.v1.Prefix.$Properties {
        }

        /** Represents a Prefix. */
        class Prefix {

            /**
             * Constructs a new Prefix.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.Prefix.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Prefix address. */
            address: Uint8Array;

            /** Prefix length. */
            length: number;

            /**
             * Creates a new Prefix instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Prefix instance
             */
            static create(properties: weft.v1.Prefix.$Shape): weft.v1.Prefix & weft.v1.Prefix.$Shape;
            static create(properties?: weft.v1.Prefix.$Properties): weft.v1.Prefix;

            /**
             * Encodes the specified Prefix message. Does not implicitly {@link weft.v1.Prefix.verify|verify} messages.
             * @param message Prefix message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.Prefix.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Prefix message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.Prefix & weft.v1.Prefix.$Shape} Prefix
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.Prefix & weft.v1.Prefix.$Shape;
        }

        namespace Prefix {

            /** Properties of a Prefix. */
            interface $Properties {

                /** Prefix address */
                address?: (Uint8Array|null);

                /** Prefix length */
                length?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Prefix. */
            type $Shape = weft.v1.Prefix.$Properties;
        }

        /**
         * Properties of a LabelSet.
         * @deprecated Use weft.v1.LabelSet.$Properties instead.
         */
        interface ILabelSet extends weft.v1.LabelSet.$Properties {
        }

        /** Represents a LabelSet. */
        class LabelSet {

            /**
             * Constructs a new LabelSet.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.LabelSet.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LabelSet labels. */
            labels: { [k: string]: string };

            /**
             * Creates a new LabelSet instance using the specified properties.
             * @param [properties] Properties to set
             * @returns LabelSet instance
             */
            static create(properties: weft.v1.LabelSet.$Shape): weft.v1.LabelSet & weft.v1.LabelSet.$Shape;
            static create(properties?: weft.v1.LabelSet.$Properties): weft.v1.LabelSet;

            /**
             * Encodes the specified LabelSet message. Does not implicitly {@link weft.v1.LabelSet.verify|verify} messages.
             * @param message LabelSet message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.LabelSet.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LabelSet message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.LabelSet & weft.v1.LabelSet.$Shape} LabelSet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.LabelSet & weft.v1.LabelSet.$Shape;
        }

        namespace LabelSet {

            /** Properties of a LabelSet. */
            interface $Properties {

                /** LabelSet labels */
                labels?: ({ [k: string]: string }|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LabelSet. */
            type $Shape = weft.v1.LabelSet.$Properties;
        }

        /**
         * Properties of a NamedPort.
         * @deprecated Use weft.v1.NamedPort.$Properties instead.
         */
        interface INamedPort extends weft.v1.NamedPort.$Properties {
        }

        /** Represents a NamedPort. */
        class NamedPort {

            /**
             * Constructs a new NamedPort.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.NamedPort.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NamedPort name. */
            name: string;

            /** NamedPort protocol. */
            protocol: string;

            /** NamedPort port. */
            port: number;

            /**
             * Creates a new NamedPort instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NamedPort instance
             */
            static create(properties: weft.v1.NamedPort.$Shape): weft.v1.NamedPort & weft.v1.NamedPort.$Shape;
            static create(properties?: weft.v1.NamedPort.$Properties): weft.v1.NamedPort;

            /**
             * Encodes the specified NamedPort message. Does not implicitly {@link weft.v1.NamedPort.verify|verify} messages.
             * @param message NamedPort message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.NamedPort.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NamedPort message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.NamedPort & weft.v1.NamedPort.$Shape} NamedPort
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.NamedPort & weft.v1.NamedPort.$Shape;
        }

        namespace NamedPort {

            /** Properties of a NamedPort. */
            interface $Properties {

                /** NamedPort name */
                name?: (string|null);

                /** NamedPort protocol */
                protocol?: (string|null);

                /** NamedPort port */
                port?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NamedPort. */
            type $Shape = weft.v1.NamedPort.$Properties;
        }

        /**
         * Properties of a Document.
         * @deprecated Use weft.v1.Document.$Properties instead.
         */
        interface IDocument extends weft.v1.Document.$Properties {
        }

        /** Represents a Document. */
        class Document {

            /**
             * Constructs a new Document.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.Document.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Document file. */
            file: string;

            /** Document text. */
            text: string;

            /** Document line. */
            line: number;

            /**
             * Creates a new Document instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Document instance
             */
            static create(properties: weft.v1.Document.$Shape): weft.v1.Document & weft.v1.Document.$Shape;
            static create(properties?: weft.v1.Document.$Properties): weft.v1.Document;

            /**
             * Encodes the specified Document message. Does not implicitly {@link weft.v1.Document.verify|verify} messages.
             * @param message Document message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.Document.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Document message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.Document & weft.v1.Document.$Shape} Document
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.Document & weft.v1.Document.$Shape;
        }

        namespace Document {

            /** Properties of a Document. */
            interface $Properties {

                /** Document file */
                file?: (string|null);

                /** Document text */
                text?: (string|null);

                /** Document line */
                line?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Document. */
            type $Shape = weft.v1.Document.$Properties;
        }

        /**
         * Properties of a Diagnostic.
         * @deprecated Use weft.v1.Diagnostic.$Properties instead.
         */
        interface IDiagnostic extends weft.v1.Diagnostic.$Properties {
        }

        /** Represents a Diagnostic. */
        class Diagnostic {

            /**
             * Constructs a new Diagnostic.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.Diagnostic.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Diagnostic file. */
            file: string;

            /** Diagnostic line. */
            line: number;

            /** Diagnostic column. */
            column: number;

            /** Diagnostic field. */
            field: string;

            /** Diagnostic message. */
            message: string;

            /** Diagnostic expected. */
            expected: string;

            /**
             * Creates a new Diagnostic instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Diagnostic instance
             */
            static create(properties: weft.v1.Diagnostic.$Shape): weft.v1.Diagnostic & weft.v1.Diagnostic.$Shape;
            static create(properties?: weft.v1.Diagnostic.$Properties): weft.v1.Diagnostic;

            /**
             * Encodes the specified Diagnostic message. Does not implicitly {@link weft.v1.Diagnostic.verify|verify} messages.
             * @param message Diagnostic message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.Diagnostic.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Diagnostic message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.Diagnostic & weft.v1.Diagnostic.$Shape} Diagnostic
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.Diagnostic & weft.v1.Diagnostic.$Shape;
        }

        namespace Diagnostic {

            /** Properties of a Diagnostic. */
            interface $Properties {

                /** Diagnostic file */
                file?: (string|null);

                /** Diagnostic line */
                line?: (number|null);

                /** Diagnostic column */
                column?: (number|null);

                /** Diagnostic field */
                field?: (string|null);

                /** Diagnostic message */
                message?: (string|null);

                /** Diagnostic expected */
                expected?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Diagnostic. */
            type $Shape = weft.v1.Diagnostic.$Properties;
        }

        /**
         * Properties of an IdentitiesAllocated.
         * @deprecated Use weft.v1.IdentitiesAllocated.$Properties instead.
         */
        interface IIdentitiesAllocated extends weft.v1.IdentitiesAllocated.$Properties {
        }

        /** Represents an IdentitiesAllocated. */
        class IdentitiesAllocated {

            /**
             * Constructs a new IdentitiesAllocated.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.IdentitiesAllocated.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** IdentitiesAllocated allocations. */
            allocations: weft.v1.IdentitiesAllocated.Allocation.$Properties[];

            /**
             * Creates a new IdentitiesAllocated instance using the specified properties.
             * @param [properties] Properties to set
             * @returns IdentitiesAllocated instance
             */
            static create(properties: weft.v1.IdentitiesAllocated.$Shape): weft.v1.IdentitiesAllocated & weft.v1.IdentitiesAllocated.$Shape;
            static create(properties?: weft.v1.IdentitiesAllocated.$Properties): weft.v1.IdentitiesAllocated;

            /**
             * Encodes the specified IdentitiesAllocated message. Does not implicitly {@link weft.v1.IdentitiesAllocated.verify|verify} messages.
             * @param message IdentitiesAllocated message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.IdentitiesAllocated.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an IdentitiesAllocated message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.IdentitiesAllocated & weft.v1.IdentitiesAllocated.$Shape} IdentitiesAllocated
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.IdentitiesAllocated & weft.v1.IdentitiesAllocated.$Shape;
        }

        namespace IdentitiesAllocated {

            /** Properties of an IdentitiesAllocated. */
            interface $Properties {

                /** IdentitiesAllocated allocations */
                allocations?: (weft.v1.IdentitiesAllocated.Allocation.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an IdentitiesAllocated. */
            type $Shape = weft.v1.IdentitiesAllocated.$Properties;

            /**
             * Properties of an Allocation.
             * @deprecated Use weft.v1.IdentitiesAllocated.Allocation.$Properties instead.
             */
            interface IAllocation extends weft.v1.IdentitiesAllocated.Allocation.$Properties {
            }

            /** Represents an Allocation. */
            class Allocation {

                /**
                 * Constructs a new Allocation.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: weft.v1.IdentitiesAllocated.Allocation.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Allocation identity. */
                identity: number;

                /** Allocation labels. */
                labels: { [k: string]: string };

                /**
                 * Creates a new Allocation instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Allocation instance
                 */
                static create(properties: weft.v1.IdentitiesAllocated.Allocation.$Shape): weft.v1.IdentitiesAllocated.Allocation & weft.v1.IdentitiesAllocated.Allocation.$Shape;
                static create(properties?: weft.v1.IdentitiesAllocated.Allocation.$Properties): weft.v1.IdentitiesAllocated.Allocation;

                /**
                 * Encodes the specified Allocation message. Does not implicitly {@link weft.v1.IdentitiesAllocated.Allocation.verify|verify} messages.
                 * @param message Allocation message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: weft.v1.IdentitiesAllocated.Allocation.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an Allocation message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {weft.v1.IdentitiesAllocated.Allocation & weft.v1.IdentitiesAllocated.Allocation.$Shape} Allocation
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.IdentitiesAllocated.Allocation & weft.v1.IdentitiesAllocated.Allocation.$Shape;
            }

            namespace Allocation {

                /** Properties of an Allocation. */
                interface $Properties {

                    /** Allocation identity */
                    identity?: (number|null);

                    /** Allocation labels */
                    labels?: ({ [k: string]: string }|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an Allocation. */
                type $Shape = weft.v1.IdentitiesAllocated.Allocation.$Properties;
            }
        }

        /**
         * Properties of an IdentitiesReleased.
         * @deprecated Use weft.v1.IdentitiesReleased.$Properties instead.
         */
        interface IIdentitiesReleased extends weft.v1.IdentitiesReleased.$Properties {
        }

        /** Represents an IdentitiesReleased. */
        class IdentitiesReleased {

            /**
             * Constructs a new IdentitiesReleased.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.IdentitiesReleased.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** IdentitiesReleased identities. */
            identities: number[];

            /**
             * Creates a new IdentitiesReleased instance using the specified properties.
             * @param [properties] Properties to set
             * @returns IdentitiesReleased instance
             */
            static create(properties: weft.v1.IdentitiesReleased.$Shape): weft.v1.IdentitiesReleased & weft.v1.IdentitiesReleased.$Shape;
            static create(properties?: weft.v1.IdentitiesReleased.$Properties): weft.v1.IdentitiesReleased;

            /**
             * Encodes the specified IdentitiesReleased message. Does not implicitly {@link weft.v1.IdentitiesReleased.verify|verify} messages.
             * @param message IdentitiesReleased message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.IdentitiesReleased.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an IdentitiesReleased message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.IdentitiesReleased & weft.v1.IdentitiesReleased.$Shape} IdentitiesReleased
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.IdentitiesReleased & weft.v1.IdentitiesReleased.$Shape;
        }

        namespace IdentitiesReleased {

            /** Properties of an IdentitiesReleased. */
            interface $Properties {

                /** IdentitiesReleased identities */
                identities?: (number[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an IdentitiesReleased. */
            type $Shape = weft.v1.IdentitiesReleased.$Properties;
        }

        /**
         * Properties of a PoolDefined.
         * @deprecated Use weft.v1.PoolDefined.$Properties instead.
         */
        interface IPoolDefined extends weft.v1.PoolDefined.$Properties {
        }

        /** Represents a PoolDefined. */
        class PoolDefined {

            /**
             * Constructs a new PoolDefined.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.PoolDefined.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PoolDefined ipv6. */
            ipv6?: (weft.v1.Prefix.$Properties|null);

            /** PoolDefined ipv4. */
            ipv4?: (weft.v1.Prefix.$Properties|null);

            /**
             * Creates a new PoolDefined instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PoolDefined instance
             */
            static create(properties: weft.v1.PoolDefined.$Shape): weft.v1.PoolDefined & weft.v1.PoolDefined.$Shape;
            static create(properties?: weft.v1.PoolDefined.$Properties): weft.v1.PoolDefined;

            /**
             * Encodes the specified PoolDefined message. Does not implicitly {@link weft.v1.PoolDefined.verify|verify} messages.
             * @param message PoolDefined message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.PoolDefined.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PoolDefined message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.PoolDefined & weft.v1.PoolDefined.$Shape} PoolDefined
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.PoolDefined & weft.v1.PoolDefined.$Shape;
        }

        namespace PoolDefined {

            /** Properties of a PoolDefined. */
            interface $Properties {

                /** PoolDefined ipv6 */
                ipv6?: (weft.v1.Prefix.$Properties|null);

                /** PoolDefined ipv4 */
                ipv4?: (weft.v1.Prefix.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PoolDefined. */
            type $Shape = weft.v1.PoolDefined.$Properties;
        }

        /**
         * Properties of a HostPrefixAssigned.
         * @deprecated Use weft.v1.HostPrefixAssigned.$Properties instead.
         */
        interface IHostPrefixAssigned extends weft.v1.HostPrefixAssigned.$Properties {
        }

        /** Represents a HostPrefixAssigned. */
        class HostPrefixAssigned {

            /**
             * Constructs a new HostPrefixAssigned.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.HostPrefixAssigned.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HostPrefixAssigned host. */
            host: string;

            /** HostPrefixAssigned ipv6. */
            ipv6?: (weft.v1.Prefix.$Properties|null);

            /** HostPrefixAssigned ipv4. */
            ipv4?: (weft.v1.Prefix.$Properties|null);

            /**
             * Creates a new HostPrefixAssigned instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HostPrefixAssigned instance
             */
            static create(properties: weft.v1.HostPrefixAssigned.$Shape): weft.v1.HostPrefixAssigned & weft.v1.HostPrefixAssigned.$Shape;
            static create(properties?: weft.v1.HostPrefixAssigned.$Properties): weft.v1.HostPrefixAssigned;

            /**
             * Encodes the specified HostPrefixAssigned message. Does not implicitly {@link weft.v1.HostPrefixAssigned.verify|verify} messages.
             * @param message HostPrefixAssigned message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.HostPrefixAssigned.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HostPrefixAssigned message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.HostPrefixAssigned & weft.v1.HostPrefixAssigned.$Shape} HostPrefixAssigned
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.HostPrefixAssigned & weft.v1.HostPrefixAssigned.$Shape;
        }

        namespace HostPrefixAssigned {

            /** Properties of a HostPrefixAssigned. */
            interface $Properties {

                /** HostPrefixAssigned host */
                host?: (string|null);

                /** HostPrefixAssigned ipv6 */
                ipv6?: (weft.v1.Prefix.$Properties|null);

                /** HostPrefixAssigned ipv4 */
                ipv4?: (weft.v1.Prefix.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HostPrefixAssigned. */
            type $Shape = weft.v1.HostPrefixAssigned.$Properties;
        }

        /**
         * Properties of a HostPrefixReleased.
         * @deprecated Use weft.v1.HostPrefixReleased.$Properties instead.
         */
        interface IHostPrefixReleased extends weft.v1.HostPrefixReleased.$Properties {
        }

        /** Represents a HostPrefixReleased. */
        class HostPrefixReleased {

            /**
             * Constructs a new HostPrefixReleased.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.HostPrefixReleased.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HostPrefixReleased host. */
            host: string;

            /**
             * Creates a new HostPrefixReleased instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HostPrefixReleased instance
             */
            static create(properties: weft.v1.HostPrefixReleased.$Shape): weft.v1.HostPrefixReleased & weft.v1.HostPrefixReleased.$Shape;
            static create(properties?: weft.v1.HostPrefixReleased.$Properties): weft.v1.HostPrefixReleased;

            /**
             * Encodes the specified HostPrefixReleased message. Does not implicitly {@link weft.v1.HostPrefixReleased.verify|verify} messages.
             * @param message HostPrefixReleased message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.HostPrefixReleased.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HostPrefixReleased message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.HostPrefixReleased & weft.v1.HostPrefixReleased.$Shape} HostPrefixReleased
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.HostPrefixReleased & weft.v1.HostPrefixReleased.$Shape;
        }

        namespace HostPrefixReleased {

            /** Properties of a HostPrefixReleased. */
            interface $Properties {

                /** HostPrefixReleased host */
                host?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HostPrefixReleased. */
            type $Shape = weft.v1.HostPrefixReleased.$Properties;
        }

        /**
         * Properties of an AddressesLeased.
         * @deprecated Use weft.v1.AddressesLeased.$Properties instead.
         */
        interface IAddressesLeased extends weft.v1.AddressesLeased.$Properties {
        }

        /** Represents an AddressesLeased. */
        class AddressesLeased {

            /**
             * Constructs a new AddressesLeased.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.AddressesLeased.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AddressesLeased leases. */
            leases: weft.v1.AddressesLeased.Lease.$Properties[];

            /**
             * Creates a new AddressesLeased instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AddressesLeased instance
             */
            static create(properties: weft.v1.AddressesLeased.$Shape): weft.v1.AddressesLeased & weft.v1.AddressesLeased.$Shape;
            static create(properties?: weft.v1.AddressesLeased.$Properties): weft.v1.AddressesLeased;

            /**
             * Encodes the specified AddressesLeased message. Does not implicitly {@link weft.v1.AddressesLeased.verify|verify} messages.
             * @param message AddressesLeased message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.AddressesLeased.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AddressesLeased message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.AddressesLeased & weft.v1.AddressesLeased.$Shape} AddressesLeased
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.AddressesLeased & weft.v1.AddressesLeased.$Shape;
        }

        namespace AddressesLeased {

            /** Properties of an AddressesLeased. */
            interface $Properties {

                /** AddressesLeased leases */
                leases?: (weft.v1.AddressesLeased.Lease.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AddressesLeased. */
            type $Shape = weft.v1.AddressesLeased.$Properties;

            /**
             * Properties of a Lease.
             * @deprecated Use weft.v1.AddressesLeased.Lease.$Properties instead.
             */
            interface ILease extends weft.v1.AddressesLeased.Lease.$Properties {
            }

            /** Represents a Lease. */
            class Lease {

                /**
                 * Constructs a new Lease.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: weft.v1.AddressesLeased.Lease.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Lease owner. */
                owner: string;

                /** Lease ipv6. */
                ipv6: Uint8Array;

                /** Lease ipv4. */
                ipv4: Uint8Array;

                /**
                 * Creates a new Lease instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Lease instance
                 */
                static create(properties: weft.v1.AddressesLeased.Lease.$Shape): weft.v1.AddressesLeased.Lease & weft.v1.AddressesLeased.Lease.$Shape;
                static create(properties?: weft.v1.AddressesLeased.Lease.$Properties): weft.v1.AddressesLeased.Lease;

                /**
                 * Encodes the specified Lease message. Does not implicitly {@link weft.v1.AddressesLeased.Lease.verify|verify} messages.
                 * @param message Lease message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: weft.v1.AddressesLeased.Lease.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Lease message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {weft.v1.AddressesLeased.Lease & weft.v1.AddressesLeased.Lease.$Shape} Lease
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.AddressesLeased.Lease & weft.v1.AddressesLeased.Lease.$Shape;
            }

            namespace Lease {

                /** Properties of a Lease. */
                interface $Properties {

                    /** Lease owner */
                    owner?: (string|null);

                    /** Lease ipv6 */
                    ipv6?: (Uint8Array|null);

                    /** Lease ipv4 */
                    ipv4?: (Uint8Array|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Lease. */
                type $Shape = weft.v1.AddressesLeased.Lease.$Properties;
            }
        }

        /**
         * Properties of an AddressesReleased.
         * @deprecated Use weft.v1.AddressesReleased.$Properties instead.
         */
        interface IAddressesReleased extends weft.v1.AddressesReleased.$Properties {
        }

        /** Represents an AddressesReleased. */
        class AddressesReleased {

            /**
             * Constructs a new AddressesReleased.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.AddressesReleased.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AddressesReleased owners. */
            owners: string[];

            /** AddressesReleased releasedAtMs. */
            releasedAtMs: number;

            /** AddressesReleased ipv4Only. */
            ipv4Only: boolean;

            /**
             * Creates a new AddressesReleased instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AddressesReleased instance
             */
            static create(properties: weft.v1.AddressesReleased.$Shape): weft.v1.AddressesReleased & weft.v1.AddressesReleased.$Shape;
            static create(properties?: weft.v1.AddressesReleased.$Properties): weft.v1.AddressesReleased;

            /**
             * Encodes the specified AddressesReleased message. Does not implicitly {@link weft.v1.AddressesReleased.verify|verify} messages.
             * @param message AddressesReleased message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.AddressesReleased.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AddressesReleased message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.AddressesReleased & weft.v1.AddressesReleased.$Shape} AddressesReleased
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.AddressesReleased & weft.v1.AddressesReleased.$Shape;
        }

        namespace AddressesReleased {

            /** Properties of an AddressesReleased. */
            interface $Properties {

                /** AddressesReleased owners */
                owners?: (string[]|null);

                /** AddressesReleased releasedAtMs */
                releasedAtMs?: (number|null);

                /** AddressesReleased ipv4Only */
                ipv4Only?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AddressesReleased. */
            type $Shape = weft.v1.AddressesReleased.$Properties;
        }

        /**
         * Properties of a HostJoined.
         * @deprecated Use weft.v1.HostJoined.$Properties instead.
         */
        interface IHostJoined extends weft.v1.HostJoined.$Properties {
        }

        /** Represents a HostJoined. */
        class HostJoined {

            /**
             * Constructs a new HostJoined.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.HostJoined.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HostJoined host. */
            host: string;

            /** HostJoined underlayIpv6. */
            underlayIpv6: Uint8Array;

            /** HostJoined underlayIpv4. */
            underlayIpv4: Uint8Array;

            /** HostJoined kernel. */
            kernel: string;

            /** HostJoined attach. */
            attach: string;

            /** HostJoined ipv6. */
            ipv6?: (weft.v1.Prefix.$Properties|null);

            /** HostJoined ipv4. */
            ipv4?: (weft.v1.Prefix.$Properties|null);

            /** HostJoined uplinkMtu. */
            uplinkMtu: number;

            /**
             * Creates a new HostJoined instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HostJoined instance
             */
            static create(properties: weft.v1.HostJoined.$Shape): weft.v1.HostJoined & weft.v1.HostJoined.$Shape;
            static create(properties?: weft.v1.HostJoined.$Properties): weft.v1.HostJoined;

            /**
             * Encodes the specified HostJoined message. Does not implicitly {@link weft.v1.HostJoined.verify|verify} messages.
             * @param message HostJoined message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.HostJoined.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HostJoined message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.HostJoined & weft.v1.HostJoined.$Shape} HostJoined
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.HostJoined & weft.v1.HostJoined.$Shape;
        }

        namespace HostJoined {

            /** Properties of a HostJoined. */
            interface $Properties {

                /** HostJoined host */
                host?: (string|null);

                /** HostJoined underlayIpv6 */
                underlayIpv6?: (Uint8Array|null);

                /** HostJoined underlayIpv4 */
                underlayIpv4?: (Uint8Array|null);

                /** HostJoined kernel */
                kernel?: (string|null);

                /** HostJoined attach */
                attach?: (string|null);

                /** HostJoined ipv6 */
                ipv6?: (weft.v1.Prefix.$Properties|null);

                /** HostJoined ipv4 */
                ipv4?: (weft.v1.Prefix.$Properties|null);

                /** HostJoined uplinkMtu */
                uplinkMtu?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HostJoined. */
            type $Shape = weft.v1.HostJoined.$Properties;
        }

        /**
         * Properties of a HostChanged.
         * @deprecated Use weft.v1.HostChanged.$Properties instead.
         */
        interface IHostChanged extends weft.v1.HostChanged.$Properties {
        }

        /** Represents a HostChanged. */
        class HostChanged {

            /**
             * Constructs a new HostChanged.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.HostChanged.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HostChanged host. */
            host: string;

            /** HostChanged underlayIpv6. */
            underlayIpv6: Uint8Array;

            /** HostChanged underlayIpv4. */
            underlayIpv4: Uint8Array;

            /** HostChanged kernel. */
            kernel: string;

            /** HostChanged attach. */
            attach: string;

            /** HostChanged ipv6. */
            ipv6?: (weft.v1.Prefix.$Properties|null);

            /** HostChanged ipv4. */
            ipv4?: (weft.v1.Prefix.$Properties|null);

            /** HostChanged uplinkMtu. */
            uplinkMtu: number;

            /**
             * Creates a new HostChanged instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HostChanged instance
             */
            static create(properties: weft.v1.HostChanged.$Shape): weft.v1.HostChanged & weft.v1.HostChanged.$Shape;
            static create(properties?: weft.v1.HostChanged.$Properties): weft.v1.HostChanged;

            /**
             * Encodes the specified HostChanged message. Does not implicitly {@link weft.v1.HostChanged.verify|verify} messages.
             * @param message HostChanged message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.HostChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HostChanged message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.HostChanged & weft.v1.HostChanged.$Shape} HostChanged
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.HostChanged & weft.v1.HostChanged.$Shape;
        }

        namespace HostChanged {

            /** Properties of a HostChanged. */
            interface $Properties {

                /** HostChanged host */
                host?: (string|null);

                /** HostChanged underlayIpv6 */
                underlayIpv6?: (Uint8Array|null);

                /** HostChanged underlayIpv4 */
                underlayIpv4?: (Uint8Array|null);

                /** HostChanged kernel */
                kernel?: (string|null);

                /** HostChanged attach */
                attach?: (string|null);

                /** HostChanged ipv6 */
                ipv6?: (weft.v1.Prefix.$Properties|null);

                /** HostChanged ipv4 */
                ipv4?: (weft.v1.Prefix.$Properties|null);

                /** HostChanged uplinkMtu */
                uplinkMtu?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HostChanged. */
            type $Shape = weft.v1.HostChanged.$Properties;
        }

        /**
         * Properties of a HostLeft.
         * @deprecated Use weft.v1.HostLeft.$Properties instead.
         */
        interface IHostLeft extends weft.v1.HostLeft.$Properties {
        }

        /** Represents a HostLeft. */
        class HostLeft {

            /**
             * Constructs a new HostLeft.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.HostLeft.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HostLeft host. */
            host: string;

            /**
             * Creates a new HostLeft instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HostLeft instance
             */
            static create(properties: weft.v1.HostLeft.$Shape): weft.v1.HostLeft & weft.v1.HostLeft.$Shape;
            static create(properties?: weft.v1.HostLeft.$Properties): weft.v1.HostLeft;

            /**
             * Encodes the specified HostLeft message. Does not implicitly {@link weft.v1.HostLeft.verify|verify} messages.
             * @param message HostLeft message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.HostLeft.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HostLeft message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.HostLeft & weft.v1.HostLeft.$Shape} HostLeft
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.HostLeft & weft.v1.HostLeft.$Shape;
        }

        namespace HostLeft {

            /** Properties of a HostLeft. */
            interface $Properties {

                /** HostLeft host */
                host?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HostLeft. */
            type $Shape = weft.v1.HostLeft.$Properties;
        }

        /**
         * Properties of a DriftRepaired.
         * @deprecated Use weft.v1.DriftRepaired.$Properties instead.
         */
        interface IDriftRepaired extends weft.v1.DriftRepaired.$Properties {
        }

        /** Represents a DriftRepaired. */
        class DriftRepaired {

            /**
             * Constructs a new DriftRepaired.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.DriftRepaired.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DriftRepaired host. */
            host: string;

            /** DriftRepaired operations. */
            operations: string[];

            /** DriftRepaired omitted. */
            omitted: number;

            /** DriftRepaired repairedAtMs. */
            repairedAtMs: number;

            /**
             * Creates a new DriftRepaired instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DriftRepaired instance
             */
            static create(properties: weft.v1.DriftRepaired.$Shape): weft.v1.DriftRepaired & weft.v1.DriftRepaired.$Shape;
            static create(properties?: weft.v1.DriftRepaired.$Properties): weft.v1.DriftRepaired;

            /**
             * Encodes the specified DriftRepaired message. Does not implicitly {@link weft.v1.DriftRepaired.verify|verify} messages.
             * @param message DriftRepaired message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.DriftRepaired.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DriftRepaired message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.DriftRepaired & weft.v1.DriftRepaired.$Shape} DriftRepaired
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.DriftRepaired & weft.v1.DriftRepaired.$Shape;
        }

        namespace DriftRepaired {

            /** Properties of a DriftRepaired. */
            interface $Properties {

                /** DriftRepaired host */
                host?: (string|null);

                /** DriftRepaired operations */
                operations?: (string[]|null);

                /** DriftRepaired omitted */
                omitted?: (number|null);

                /** DriftRepaired repairedAtMs */
                repairedAtMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DriftRepaired. */
            type $Shape = weft.v1.DriftRepaired.$Properties;
        }

        /**
         * Properties of an EndpointAttached.
         * @deprecated Use weft.v1.EndpointAttached.$Properties instead.
         */
        interface IEndpointAttached extends weft.v1.EndpointAttached.$Properties {
        }

        /** Represents an EndpointAttached. */
        class EndpointAttached {

            /**
             * Constructs a new EndpointAttached.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.EndpointAttached.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** EndpointAttached host. */
            host: string;

            /** EndpointAttached id. */
            id: string;

            /** EndpointAttached namespace. */
            namespace: string;

            /** EndpointAttached name. */
            name: string;

            /** EndpointAttached labels. */
            labels: { [k: string]: string };

            /** EndpointAttached identity. */
            identity: number;

            /** EndpointAttached ipv6. */
            ipv6: Uint8Array;

            /** EndpointAttached ipv4. */
            ipv4: Uint8Array;

            /** EndpointAttached mac. */
            mac: Uint8Array;

            /** EndpointAttached netns. */
            netns: string;

            /** EndpointAttached interface. */
            interface: string;

            /** EndpointAttached slot. */
            slot: number;

            /** EndpointAttached ports. */
            ports: weft.v1.NamedPort.$Properties[];

            /**
             * Creates a new EndpointAttached instance using the specified properties.
             * @param [properties] Properties to set
             * @returns EndpointAttached instance
             */
            static create(properties: weft.v1.EndpointAttached.$Shape): weft.v1.EndpointAttached & weft.v1.EndpointAttached.$Shape;
            static create(properties?: weft.v1.EndpointAttached.$Properties): weft.v1.EndpointAttached;

            /**
             * Encodes the specified EndpointAttached message. Does not implicitly {@link weft.v1.EndpointAttached.verify|verify} messages.
             * @param message EndpointAttached message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.EndpointAttached.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an EndpointAttached message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.EndpointAttached & weft.v1.EndpointAttached.$Shape} EndpointAttached
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.EndpointAttached & weft.v1.EndpointAttached.$Shape;
        }

        namespace EndpointAttached {

            /** Properties of an EndpointAttached. */
            interface $Properties {

                /** EndpointAttached host */
                host?: (string|null);

                /** EndpointAttached id */
                id?: (string|null);

                /** EndpointAttached namespace */
                namespace?: (string|null);

                /** EndpointAttached name */
                name?: (string|null);

                /** EndpointAttached labels */
                labels?: ({ [k: string]: string }|null);

                /** EndpointAttached identity */
                identity?: (number|null);

                /** EndpointAttached ipv6 */
                ipv6?: (Uint8Array|null);

                /** EndpointAttached ipv4 */
                ipv4?: (Uint8Array|null);

                /** EndpointAttached mac */
                mac?: (Uint8Array|null);

                /** EndpointAttached netns */
                netns?: (string|null);

                /** EndpointAttached interface */
                "interface"?: (string|null);

                /** EndpointAttached slot */
                slot?: (number|null);

                /** EndpointAttached ports */
                ports?: (weft.v1.NamedPort.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an EndpointAttached. */
            type $Shape = weft.v1.EndpointAttached.$Properties;
        }

        /**
         * Properties of an EndpointRelabelled.
         * @deprecated Use weft.v1.EndpointRelabelled.$Properties instead.
         */
        interface IEndpointRelabelled extends weft.v1.EndpointRelabelled.$Properties {
        }

        /** Represents an EndpointRelabelled. */
        class EndpointRelabelled {

            /**
             * Constructs a new EndpointRelabelled.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.EndpointRelabelled.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** EndpointRelabelled host. */
            host: string;

            /** EndpointRelabelled id. */
            id: string;

            /** EndpointRelabelled labels. */
            labels: { [k: string]: string };

            /** EndpointRelabelled identity. */
            identity: number;

            /**
             * Creates a new EndpointRelabelled instance using the specified properties.
             * @param [properties] Properties to set
             * @returns EndpointRelabelled instance
             */
            static create(properties: weft.v1.EndpointRelabelled.$Shape): weft.v1.EndpointRelabelled & weft.v1.EndpointRelabelled.$Shape;
            static create(properties?: weft.v1.EndpointRelabelled.$Properties): weft.v1.EndpointRelabelled;

            /**
             * Encodes the specified EndpointRelabelled message. Does not implicitly {@link weft.v1.EndpointRelabelled.verify|verify} messages.
             * @param message EndpointRelabelled message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.EndpointRelabelled.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an EndpointRelabelled message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.EndpointRelabelled & weft.v1.EndpointRelabelled.$Shape} EndpointRelabelled
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.EndpointRelabelled & weft.v1.EndpointRelabelled.$Shape;
        }

        namespace EndpointRelabelled {

            /** Properties of an EndpointRelabelled. */
            interface $Properties {

                /** EndpointRelabelled host */
                host?: (string|null);

                /** EndpointRelabelled id */
                id?: (string|null);

                /** EndpointRelabelled labels */
                labels?: ({ [k: string]: string }|null);

                /** EndpointRelabelled identity */
                identity?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an EndpointRelabelled. */
            type $Shape = weft.v1.EndpointRelabelled.$Properties;
        }

        /**
         * Properties of an EndpointChanged.
         * @deprecated Use weft.v1.EndpointChanged.$Properties instead.
         */
        interface IEndpointChanged extends weft.v1.EndpointChanged.$Properties {
        }

        /** Represents an EndpointChanged. */
        class EndpointChanged {

            /**
             * Constructs a new EndpointChanged.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.EndpointChanged.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** EndpointChanged host. */
            host: string;

            /** EndpointChanged id. */
            id: string;

            /** EndpointChanged ipv4. */
            ipv4: Uint8Array;

            /**
             * Creates a new EndpointChanged instance using the specified properties.
             * @param [properties] Properties to set
             * @returns EndpointChanged instance
             */
            static create(properties: weft.v1.EndpointChanged.$Shape): weft.v1.EndpointChanged & weft.v1.EndpointChanged.$Shape;
            static create(properties?: weft.v1.EndpointChanged.$Properties): weft.v1.EndpointChanged;

            /**
             * Encodes the specified EndpointChanged message. Does not implicitly {@link weft.v1.EndpointChanged.verify|verify} messages.
             * @param message EndpointChanged message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.EndpointChanged.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an EndpointChanged message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.EndpointChanged & weft.v1.EndpointChanged.$Shape} EndpointChanged
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.EndpointChanged & weft.v1.EndpointChanged.$Shape;
        }

        namespace EndpointChanged {

            /** Properties of an EndpointChanged. */
            interface $Properties {

                /** EndpointChanged host */
                host?: (string|null);

                /** EndpointChanged id */
                id?: (string|null);

                /** EndpointChanged ipv4 */
                ipv4?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an EndpointChanged. */
            type $Shape = weft.v1.EndpointChanged.$Properties;
        }

        /**
         * Properties of an EndpointDetached.
         * @deprecated Use weft.v1.EndpointDetached.$Properties instead.
         */
        interface IEndpointDetached extends weft.v1.EndpointDetached.$Properties {
        }

        /** Represents an EndpointDetached. */
        class EndpointDetached {

            /**
             * Constructs a new EndpointDetached.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.EndpointDetached.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** EndpointDetached host. */
            host: string;

            /** EndpointDetached id. */
            id: string;

            /**
             * Creates a new EndpointDetached instance using the specified properties.
             * @param [properties] Properties to set
             * @returns EndpointDetached instance
             */
            static create(properties: weft.v1.EndpointDetached.$Shape): weft.v1.EndpointDetached & weft.v1.EndpointDetached.$Shape;
            static create(properties?: weft.v1.EndpointDetached.$Properties): weft.v1.EndpointDetached;

            /**
             * Encodes the specified EndpointDetached message. Does not implicitly {@link weft.v1.EndpointDetached.verify|verify} messages.
             * @param message EndpointDetached message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.EndpointDetached.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an EndpointDetached message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.EndpointDetached & weft.v1.EndpointDetached.$Shape} EndpointDetached
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.EndpointDetached & weft.v1.EndpointDetached.$Shape;
        }

        namespace EndpointDetached {

            /** Properties of an EndpointDetached. */
            interface $Properties {

                /** EndpointDetached host */
                host?: (string|null);

                /** EndpointDetached id */
                id?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an EndpointDetached. */
            type $Shape = weft.v1.EndpointDetached.$Properties;
        }

        /**
         * Properties of a PolicyApplied.
         * @deprecated Use weft.v1.PolicyApplied.$Properties instead.
         */
        interface IPolicyApplied extends weft.v1.PolicyApplied.$Properties {
        }

        /** Represents a PolicyApplied. */
        class PolicyApplied {

            /**
             * Constructs a new PolicyApplied.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.PolicyApplied.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PolicyApplied namespace. */
            namespace: string;

            /** PolicyApplied name. */
            name: string;

            /** PolicyApplied kind. */
            kind: string;

            /** PolicyApplied source. */
            source: string;

            /** PolicyApplied file. */
            file: string;

            /** PolicyApplied line. */
            line: number;

            /**
             * Creates a new PolicyApplied instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PolicyApplied instance
             */
            static create(properties: weft.v1.PolicyApplied.$Shape): weft.v1.PolicyApplied & weft.v1.PolicyApplied.$Shape;
            static create(properties?: weft.v1.PolicyApplied.$Properties): weft.v1.PolicyApplied;

            /**
             * Encodes the specified PolicyApplied message. Does not implicitly {@link weft.v1.PolicyApplied.verify|verify} messages.
             * @param message PolicyApplied message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.PolicyApplied.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PolicyApplied message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.PolicyApplied & weft.v1.PolicyApplied.$Shape} PolicyApplied
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.PolicyApplied & weft.v1.PolicyApplied.$Shape;
        }

        namespace PolicyApplied {

            /** Properties of a PolicyApplied. */
            interface $Properties {

                /** PolicyApplied namespace */
                namespace?: (string|null);

                /** PolicyApplied name */
                name?: (string|null);

                /** PolicyApplied kind */
                kind?: (string|null);

                /** PolicyApplied source */
                source?: (string|null);

                /** PolicyApplied file */
                file?: (string|null);

                /** PolicyApplied line */
                line?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PolicyApplied. */
            type $Shape = weft.v1.PolicyApplied.$Properties;
        }

        /**
         * Properties of a PolicyRemoved.
         * @deprecated Use weft.v1.PolicyRemoved.$Properties instead.
         */
        interface IPolicyRemoved extends weft.v1.PolicyRemoved.$Properties {
        }

        /** Represents a PolicyRemoved. */
        class PolicyRemoved {

            /**
             * Constructs a new PolicyRemoved.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.PolicyRemoved.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PolicyRemoved namespace. */
            namespace: string;

            /** PolicyRemoved name. */
            name: string;

            /** PolicyRemoved kind. */
            kind: string;

            /**
             * Creates a new PolicyRemoved instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PolicyRemoved instance
             */
            static create(properties: weft.v1.PolicyRemoved.$Shape): weft.v1.PolicyRemoved & weft.v1.PolicyRemoved.$Shape;
            static create(properties?: weft.v1.PolicyRemoved.$Properties): weft.v1.PolicyRemoved;

            /**
             * Encodes the specified PolicyRemoved message. Does not implicitly {@link weft.v1.PolicyRemoved.verify|verify} messages.
             * @param message PolicyRemoved message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.PolicyRemoved.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PolicyRemoved message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.PolicyRemoved & weft.v1.PolicyRemoved.$Shape} PolicyRemoved
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.PolicyRemoved & weft.v1.PolicyRemoved.$Shape;
        }

        namespace PolicyRemoved {

            /** Properties of a PolicyRemoved. */
            interface $Properties {

                /** PolicyRemoved namespace */
                namespace?: (string|null);

                /** PolicyRemoved name */
                name?: (string|null);

                /** PolicyRemoved kind */
                kind?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PolicyRemoved. */
            type $Shape = weft.v1.PolicyRemoved.$Properties;
        }

        /**
         * Properties of a NamespaceApplied.
         * @deprecated Use weft.v1.NamespaceApplied.$Properties instead.
         */
        interface INamespaceApplied extends weft.v1.NamespaceApplied.$Properties {
        }

        /** Represents a NamespaceApplied. */
        class NamespaceApplied {

            /**
             * Constructs a new NamespaceApplied.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.NamespaceApplied.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NamespaceApplied name. */
            name: string;

            /** NamespaceApplied labels. */
            labels: { [k: string]: string };

            /**
             * Creates a new NamespaceApplied instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NamespaceApplied instance
             */
            static create(properties: weft.v1.NamespaceApplied.$Shape): weft.v1.NamespaceApplied & weft.v1.NamespaceApplied.$Shape;
            static create(properties?: weft.v1.NamespaceApplied.$Properties): weft.v1.NamespaceApplied;

            /**
             * Encodes the specified NamespaceApplied message. Does not implicitly {@link weft.v1.NamespaceApplied.verify|verify} messages.
             * @param message NamespaceApplied message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.NamespaceApplied.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NamespaceApplied message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.NamespaceApplied & weft.v1.NamespaceApplied.$Shape} NamespaceApplied
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.NamespaceApplied & weft.v1.NamespaceApplied.$Shape;
        }

        namespace NamespaceApplied {

            /** Properties of a NamespaceApplied. */
            interface $Properties {

                /** NamespaceApplied name */
                name?: (string|null);

                /** NamespaceApplied labels */
                labels?: ({ [k: string]: string }|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NamespaceApplied. */
            type $Shape = weft.v1.NamespaceApplied.$Properties;
        }

        /**
         * Properties of a NamespaceRemoved.
         * @deprecated Use weft.v1.NamespaceRemoved.$Properties instead.
         */
        interface INamespaceRemoved extends weft.v1.NamespaceRemoved.$Properties {
        }

        /** Represents a NamespaceRemoved. */
        class NamespaceRemoved {

            /**
             * Constructs a new NamespaceRemoved.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.NamespaceRemoved.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NamespaceRemoved name. */
            name: string;

            /**
             * Creates a new NamespaceRemoved instance using the specified properties.
             * @param [properties] Properties to set
             * @returns NamespaceRemoved instance
             */
            static create(properties: weft.v1.NamespaceRemoved.$Shape): weft.v1.NamespaceRemoved & weft.v1.NamespaceRemoved.$Shape;
            static create(properties?: weft.v1.NamespaceRemoved.$Properties): weft.v1.NamespaceRemoved;

            /**
             * Encodes the specified NamespaceRemoved message. Does not implicitly {@link weft.v1.NamespaceRemoved.verify|verify} messages.
             * @param message NamespaceRemoved message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.NamespaceRemoved.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NamespaceRemoved message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.NamespaceRemoved & weft.v1.NamespaceRemoved.$Shape} NamespaceRemoved
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.NamespaceRemoved & weft.v1.NamespaceRemoved.$Shape;
        }

        namespace NamespaceRemoved {

            /** Properties of a NamespaceRemoved. */
            interface $Properties {

                /** NamespaceRemoved name */
                name?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NamespaceRemoved. */
            type $Shape = weft.v1.NamespaceRemoved.$Properties;
        }

        /**
         * Properties of an ObjectBuilt.
         * @deprecated Use weft.v1.ObjectBuilt.$Properties instead.
         */
        interface IObjectBuilt extends weft.v1.ObjectBuilt.$Properties {
        }

        /** Represents an ObjectBuilt. */
        class ObjectBuilt {

            /**
             * Constructs a new ObjectBuilt.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.ObjectBuilt.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ObjectBuilt digest. */
            digest: string;

            /** ObjectBuilt name. */
            name: string;

            /** ObjectBuilt bytes. */
            bytes: number;

            /** ObjectBuilt kind. */
            kind: string;

            /** ObjectBuilt compiler. */
            compiler: string;

            /** ObjectBuilt durationUs. */
            durationUs: number;

            /** ObjectBuilt content. */
            content: string;

            /**
             * Creates a new ObjectBuilt instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ObjectBuilt instance
             */
            static create(properties: weft.v1.ObjectBuilt.$Shape): weft.v1.ObjectBuilt & weft.v1.ObjectBuilt.$Shape;
            static create(properties?: weft.v1.ObjectBuilt.$Properties): weft.v1.ObjectBuilt;

            /**
             * Encodes the specified ObjectBuilt message. Does not implicitly {@link weft.v1.ObjectBuilt.verify|verify} messages.
             * @param message ObjectBuilt message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.ObjectBuilt.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ObjectBuilt message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.ObjectBuilt & weft.v1.ObjectBuilt.$Shape} ObjectBuilt
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ObjectBuilt & weft.v1.ObjectBuilt.$Shape;
        }

        namespace ObjectBuilt {

            /** Properties of an ObjectBuilt. */
            interface $Properties {

                /** ObjectBuilt digest */
                digest?: (string|null);

                /** ObjectBuilt name */
                name?: (string|null);

                /** ObjectBuilt bytes */
                bytes?: (number|null);

                /** ObjectBuilt kind */
                kind?: (string|null);

                /** ObjectBuilt compiler */
                compiler?: (string|null);

                /** ObjectBuilt durationUs */
                durationUs?: (number|null);

                /** ObjectBuilt content */
                content?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ObjectBuilt. */
            type $Shape = weft.v1.ObjectBuilt.$Properties;
        }

        /**
         * Properties of an ObjectRefused.
         * @deprecated Use weft.v1.ObjectRefused.$Properties instead.
         */
        interface IObjectRefused extends weft.v1.ObjectRefused.$Properties {
        }

        /** Represents an ObjectRefused. */
        class ObjectRefused {

            /**
             * Constructs a new ObjectRefused.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.ObjectRefused.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ObjectRefused digest. */
            digest: string;

            /** ObjectRefused kind. */
            kind: string;

            /** ObjectRefused compiler. */
            compiler: string;

            /** ObjectRefused diagnostics. */
            diagnostics: weft.v1.Diagnostic.$Properties[];

            /**
             * Creates a new ObjectRefused instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ObjectRefused instance
             */
            static create(properties: weft.v1.ObjectRefused.$Shape): weft.v1.ObjectRefused & weft.v1.ObjectRefused.$Shape;
            static create(properties?: weft.v1.ObjectRefused.$Properties): weft.v1.ObjectRefused;

            /**
             * Encodes the specified ObjectRefused message. Does not implicitly {@link weft.v1.ObjectRefused.verify|verify} messages.
             * @param message ObjectRefused message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.ObjectRefused.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ObjectRefused message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.ObjectRefused & weft.v1.ObjectRefused.$Shape} ObjectRefused
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ObjectRefused & weft.v1.ObjectRefused.$Shape;
        }

        namespace ObjectRefused {

            /** Properties of an ObjectRefused. */
            interface $Properties {

                /** ObjectRefused digest */
                digest?: (string|null);

                /** ObjectRefused kind */
                kind?: (string|null);

                /** ObjectRefused compiler */
                compiler?: (string|null);

                /** ObjectRefused diagnostics */
                diagnostics?: (weft.v1.Diagnostic.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ObjectRefused. */
            type $Shape = weft.v1.ObjectRefused.$Properties;
        }

        /**
         * Properties of a ServiceApplied.
         * @deprecated Use weft.v1.ServiceApplied.$Properties instead.
         */
        interface IServiceApplied extends weft.v1.ServiceApplied.$Properties {
        }

        /** Represents a ServiceApplied. */
        class ServiceApplied {

            /**
             * Constructs a new ServiceApplied.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.ServiceApplied.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ServiceApplied namespace. */
            namespace: string;

            /** ServiceApplied name. */
            name: string;

            /** ServiceApplied source. */
            source: string;

            /** ServiceApplied file. */
            file: string;

            /** ServiceApplied line. */
            line: number;

            /**
             * Creates a new ServiceApplied instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ServiceApplied instance
             */
            static create(properties: weft.v1.ServiceApplied.$Shape): weft.v1.ServiceApplied & weft.v1.ServiceApplied.$Shape;
            static create(properties?: weft.v1.ServiceApplied.$Properties): weft.v1.ServiceApplied;

            /**
             * Encodes the specified ServiceApplied message. Does not implicitly {@link weft.v1.ServiceApplied.verify|verify} messages.
             * @param message ServiceApplied message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.ServiceApplied.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ServiceApplied message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.ServiceApplied & weft.v1.ServiceApplied.$Shape} ServiceApplied
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ServiceApplied & weft.v1.ServiceApplied.$Shape;
        }

        namespace ServiceApplied {

            /** Properties of a ServiceApplied. */
            interface $Properties {

                /** ServiceApplied namespace */
                namespace?: (string|null);

                /** ServiceApplied name */
                name?: (string|null);

                /** ServiceApplied source */
                source?: (string|null);

                /** ServiceApplied file */
                file?: (string|null);

                /** ServiceApplied line */
                line?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ServiceApplied. */
            type $Shape = weft.v1.ServiceApplied.$Properties;
        }

        /**
         * Properties of a ServiceRemoved.
         * @deprecated Use weft.v1.ServiceRemoved.$Properties instead.
         */
        interface IServiceRemoved extends weft.v1.ServiceRemoved.$Properties {
        }

        /** Represents a ServiceRemoved. */
        class ServiceRemoved {

            /**
             * Constructs a new ServiceRemoved.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.ServiceRemoved.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ServiceRemoved namespace. */
            namespace: string;

            /** ServiceRemoved name. */
            name: string;

            /**
             * Creates a new ServiceRemoved instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ServiceRemoved instance
             */
            static create(properties: weft.v1.ServiceRemoved.$Shape): weft.v1.ServiceRemoved & weft.v1.ServiceRemoved.$Shape;
            static create(properties?: weft.v1.ServiceRemoved.$Properties): weft.v1.ServiceRemoved;

            /**
             * Encodes the specified ServiceRemoved message. Does not implicitly {@link weft.v1.ServiceRemoved.verify|verify} messages.
             * @param message ServiceRemoved message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.ServiceRemoved.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ServiceRemoved message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.ServiceRemoved & weft.v1.ServiceRemoved.$Shape} ServiceRemoved
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ServiceRemoved & weft.v1.ServiceRemoved.$Shape;
        }

        namespace ServiceRemoved {

            /** Properties of a ServiceRemoved. */
            interface $Properties {

                /** ServiceRemoved namespace */
                namespace?: (string|null);

                /** ServiceRemoved name */
                name?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ServiceRemoved. */
            type $Shape = weft.v1.ServiceRemoved.$Properties;
        }

        /**
         * Properties of an OptionsSet.
         * @deprecated Use weft.v1.OptionsSet.$Properties instead.
         */
        interface IOptionsSet extends weft.v1.OptionsSet.$Properties {
        }

        /** Represents an OptionsSet. */
        class OptionsSet {

            /**
             * Constructs a new OptionsSet.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.OptionsSet.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** OptionsSet scope. */
            scope: string;

            /** OptionsSet values. */
            values: { [k: string]: string };

            /**
             * Creates a new OptionsSet instance using the specified properties.
             * @param [properties] Properties to set
             * @returns OptionsSet instance
             */
            static create(properties: weft.v1.OptionsSet.$Shape): weft.v1.OptionsSet & weft.v1.OptionsSet.$Shape;
            static create(properties?: weft.v1.OptionsSet.$Properties): weft.v1.OptionsSet;

            /**
             * Encodes the specified OptionsSet message. Does not implicitly {@link weft.v1.OptionsSet.verify|verify} messages.
             * @param message OptionsSet message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.OptionsSet.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an OptionsSet message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.OptionsSet & weft.v1.OptionsSet.$Shape} OptionsSet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.OptionsSet & weft.v1.OptionsSet.$Shape;
        }

        namespace OptionsSet {

            /** Properties of an OptionsSet. */
            interface $Properties {

                /** OptionsSet scope */
                scope?: (string|null);

                /** OptionsSet values */
                values?: ({ [k: string]: string }|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an OptionsSet. */
            type $Shape = weft.v1.OptionsSet.$Properties;
        }

        /**
         * Properties of an AllocateRequest.
         * @deprecated Use weft.v1.AllocateRequest.$Properties instead.
         */
        interface IAllocateRequest extends weft.v1.AllocateRequest.$Properties {
        }

        /** Represents an AllocateRequest. */
        class AllocateRequest {

            /**
             * Constructs a new AllocateRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.AllocateRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AllocateRequest sets. */
            sets: weft.v1.LabelSet.$Properties[];

            /**
             * Creates a new AllocateRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AllocateRequest instance
             */
            static create(properties: weft.v1.AllocateRequest.$Shape): weft.v1.AllocateRequest & weft.v1.AllocateRequest.$Shape;
            static create(properties?: weft.v1.AllocateRequest.$Properties): weft.v1.AllocateRequest;

            /**
             * Encodes the specified AllocateRequest message. Does not implicitly {@link weft.v1.AllocateRequest.verify|verify} messages.
             * @param message AllocateRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.AllocateRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AllocateRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.AllocateRequest & weft.v1.AllocateRequest.$Shape} AllocateRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.AllocateRequest & weft.v1.AllocateRequest.$Shape;
        }

        namespace AllocateRequest {

            /** Properties of an AllocateRequest. */
            interface $Properties {

                /** AllocateRequest sets */
                sets?: (weft.v1.LabelSet.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AllocateRequest. */
            type $Shape = weft.v1.AllocateRequest.$Properties;
        }

        /**
         * Properties of an AllocateResponse.
         * @deprecated Use weft.v1.AllocateResponse.$Properties instead.
         */
        interface IAllocateResponse extends weft.v1.AllocateResponse.$Properties {
        }

        /** Represents an AllocateResponse. */
        class AllocateResponse {

            /**
             * Constructs a new AllocateResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.AllocateResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AllocateResponse identities. */
            identities: number[];

            /** AllocateResponse revision. */
            revision: number;

            /**
             * Creates a new AllocateResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AllocateResponse instance
             */
            static create(properties: weft.v1.AllocateResponse.$Shape): weft.v1.AllocateResponse & weft.v1.AllocateResponse.$Shape;
            static create(properties?: weft.v1.AllocateResponse.$Properties): weft.v1.AllocateResponse;

            /**
             * Encodes the specified AllocateResponse message. Does not implicitly {@link weft.v1.AllocateResponse.verify|verify} messages.
             * @param message AllocateResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.AllocateResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AllocateResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.AllocateResponse & weft.v1.AllocateResponse.$Shape} AllocateResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.AllocateResponse & weft.v1.AllocateResponse.$Shape;
        }

        namespace AllocateResponse {

            /** Properties of an AllocateResponse. */
            interface $Properties {

                /** AllocateResponse identities */
                identities?: (number[]|null);

                /** AllocateResponse revision */
                revision?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AllocateResponse. */
            type $Shape = weft.v1.AllocateResponse.$Properties;
        }

        /**
         * Properties of a ReleaseIdentitiesRequest.
         * @deprecated Use weft.v1.ReleaseIdentitiesRequest.$Properties instead.
         */
        interface IReleaseIdentitiesRequest extends weft.v1.ReleaseIdentitiesRequest.$Properties {
        }

        /** Represents a ReleaseIdentitiesRequest. */
        class ReleaseIdentitiesRequest {

            /**
             * Constructs a new ReleaseIdentitiesRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.ReleaseIdentitiesRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReleaseIdentitiesRequest identities. */
            identities: number[];

            /**
             * Creates a new ReleaseIdentitiesRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReleaseIdentitiesRequest instance
             */
            static create(properties: weft.v1.ReleaseIdentitiesRequest.$Shape): weft.v1.ReleaseIdentitiesRequest & weft.v1.ReleaseIdentitiesRequest.$Shape;
            static create(properties?: weft.v1.ReleaseIdentitiesRequest.$Properties): weft.v1.ReleaseIdentitiesRequest;

            /**
             * Encodes the specified ReleaseIdentitiesRequest message. Does not implicitly {@link weft.v1.ReleaseIdentitiesRequest.verify|verify} messages.
             * @param message ReleaseIdentitiesRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.ReleaseIdentitiesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReleaseIdentitiesRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.ReleaseIdentitiesRequest & weft.v1.ReleaseIdentitiesRequest.$Shape} ReleaseIdentitiesRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ReleaseIdentitiesRequest & weft.v1.ReleaseIdentitiesRequest.$Shape;
        }

        namespace ReleaseIdentitiesRequest {

            /** Properties of a ReleaseIdentitiesRequest. */
            interface $Properties {

                /** ReleaseIdentitiesRequest identities */
                identities?: (number[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReleaseIdentitiesRequest. */
            type $Shape = weft.v1.ReleaseIdentitiesRequest.$Properties;
        }

        /**
         * Properties of a ReleaseIdentitiesResponse.
         * @deprecated Use weft.v1.ReleaseIdentitiesResponse.$Properties instead.
         */
        interface IReleaseIdentitiesResponse extends weft.v1.ReleaseIdentitiesResponse.$Properties {
        }

        /** Represents a ReleaseIdentitiesResponse. */
        class ReleaseIdentitiesResponse {

            /**
             * Constructs a new ReleaseIdentitiesResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.ReleaseIdentitiesResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReleaseIdentitiesResponse revision. */
            revision: number;

            /**
             * Creates a new ReleaseIdentitiesResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReleaseIdentitiesResponse instance
             */
            static create(properties: weft.v1.ReleaseIdentitiesResponse.$Shape): weft.v1.ReleaseIdentitiesResponse & weft.v1.ReleaseIdentitiesResponse.$Shape;
            static create(properties?: weft.v1.ReleaseIdentitiesResponse.$Properties): weft.v1.ReleaseIdentitiesResponse;

            /**
             * Encodes the specified ReleaseIdentitiesResponse message. Does not implicitly {@link weft.v1.ReleaseIdentitiesResponse.verify|verify} messages.
             * @param message ReleaseIdentitiesResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.ReleaseIdentitiesResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReleaseIdentitiesResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.ReleaseIdentitiesResponse & weft.v1.ReleaseIdentitiesResponse.$Shape} ReleaseIdentitiesResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ReleaseIdentitiesResponse & weft.v1.ReleaseIdentitiesResponse.$Shape;
        }

        namespace ReleaseIdentitiesResponse {

            /** Properties of a ReleaseIdentitiesResponse. */
            interface $Properties {

                /** ReleaseIdentitiesResponse revision */
                revision?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReleaseIdentitiesResponse. */
            type $Shape = weft.v1.ReleaseIdentitiesResponse.$Properties;
        }

        /**
         * Properties of a DefinePoolRequest.
         * @deprecated Use weft.v1.DefinePoolRequest.$Properties instead.
         */
        interface IDefinePoolRequest extends weft.v1.DefinePoolRequest.$Properties {
        }

        /** Represents a DefinePoolRequest. */
        class DefinePoolRequest {

            /**
             * Constructs a new DefinePoolRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.DefinePoolRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DefinePoolRequest ipv6. */
            ipv6?: (weft.v1.Prefix.$Properties|null);

            /** DefinePoolRequest ipv4. */
            ipv4?: (weft.v1.Prefix.$Properties|null);

            /**
             * Creates a new DefinePoolRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DefinePoolRequest instance
             */
            static create(properties: weft.v1.DefinePoolRequest.$Shape): weft.v1.DefinePoolRequest & weft.v1.DefinePoolRequest.$Shape;
            static create(properties?: weft.v1.DefinePoolRequest.$Properties): weft.v1.DefinePoolRequest;

            /**
             * Encodes the specified DefinePoolRequest message. Does not implicitly {@link weft.v1.DefinePoolRequest.verify|verify} messages.
             * @param message DefinePoolRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.DefinePoolRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DefinePoolRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.DefinePoolRequest & weft.v1.DefinePoolRequest.$Shape} DefinePoolRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.DefinePoolRequest & weft.v1.DefinePoolRequest.$Shape;
        }

        namespace DefinePoolRequest {

            /** Properties of a DefinePoolRequest. */
            interface $Properties {

                /** DefinePoolRequest ipv6 */
                ipv6?: (weft.v1.Prefix.$Properties|null);

                /** DefinePoolRequest ipv4 */
                ipv4?: (weft.v1.Prefix.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DefinePoolRequest. */
            type $Shape = weft.v1.DefinePoolRequest.$Properties;
        }

        /**
         * Properties of a DefinePoolResponse.
         * @deprecated Use weft.v1.DefinePoolResponse.$Properties instead.
         */
        interface IDefinePoolResponse extends weft.v1.DefinePoolResponse.$Properties {
        }

        /** Represents a DefinePoolResponse. */
        class DefinePoolResponse {

            /**
             * Constructs a new DefinePoolResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.DefinePoolResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DefinePoolResponse revision. */
            revision: number;

            /**
             * Creates a new DefinePoolResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DefinePoolResponse instance
             */
            static create(properties: weft.v1.DefinePoolResponse.$Shape): weft.v1.DefinePoolResponse & weft.v1.DefinePoolResponse.$Shape;
            static create(properties?: weft.v1.DefinePoolResponse.$Properties): weft.v1.DefinePoolResponse;

            /**
             * Encodes the specified DefinePoolResponse message. Does not implicitly {@link weft.v1.DefinePoolResponse.verify|verify} messages.
             * @param message DefinePoolResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.DefinePoolResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DefinePoolResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.DefinePoolResponse & weft.v1.DefinePoolResponse.$Shape} DefinePoolResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.DefinePoolResponse & weft.v1.DefinePoolResponse.$Shape;
        }

        namespace DefinePoolResponse {

            /** Properties of a DefinePoolResponse. */
            interface $Properties {

                /** DefinePoolResponse revision */
                revision?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DefinePoolResponse. */
            type $Shape = weft.v1.DefinePoolResponse.$Properties;
        }

        /**
         * Properties of an AssignHostPrefixRequest.
         * @deprecated Use weft.v1.AssignHostPrefixRequest.$Properties instead.
         */
        interface IAssignHostPrefixRequest extends weft.v1.AssignHostPrefixRequest.$Properties {
        }

        /** Represents an AssignHostPrefixRequest. */
        class AssignHostPrefixRequest {

            /**
             * Constructs a new AssignHostPrefixRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.AssignHostPrefixRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AssignHostPrefixRequest host. */
            host: string;

            /**
             * Creates a new AssignHostPrefixRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AssignHostPrefixRequest instance
             */
            static create(properties: weft.v1.AssignHostPrefixRequest.$Shape): weft.v1.AssignHostPrefixRequest & weft.v1.AssignHostPrefixRequest.$Shape;
            static create(properties?: weft.v1.AssignHostPrefixRequest.$Properties): weft.v1.AssignHostPrefixRequest;

            /**
             * Encodes the specified AssignHostPrefixRequest message. Does not implicitly {@link weft.v1.AssignHostPrefixRequest.verify|verify} messages.
             * @param message AssignHostPrefixRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.AssignHostPrefixRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AssignHostPrefixRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.AssignHostPrefixRequest & weft.v1.AssignHostPrefixRequest.$Shape} AssignHostPrefixRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.AssignHostPrefixRequest & weft.v1.AssignHostPrefixRequest.$Shape;
        }

        namespace AssignHostPrefixRequest {

            /** Properties of an AssignHostPrefixRequest. */
            interface $Properties {

                /** AssignHostPrefixRequest host */
                host?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AssignHostPrefixRequest. */
            type $Shape = weft.v1.AssignHostPrefixRequest.$Properties;
        }

        /**
         * Properties of an AssignHostPrefixResponse.
         * @deprecated Use weft.v1.AssignHostPrefixResponse.$Properties instead.
         */
        interface IAssignHostPrefixResponse extends weft.v1.AssignHostPrefixResponse.$Properties {
        }

        /** Represents an AssignHostPrefixResponse. */
        class AssignHostPrefixResponse {

            /**
             * Constructs a new AssignHostPrefixResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.AssignHostPrefixResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AssignHostPrefixResponse ipv6. */
            ipv6?: (weft.v1.Prefix.$Properties|null);

            /** AssignHostPrefixResponse ipv4. */
            ipv4?: (weft.v1.Prefix.$Properties|null);

            /** AssignHostPrefixResponse revision. */
            revision: number;

            /**
             * Creates a new AssignHostPrefixResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AssignHostPrefixResponse instance
             */
            static create(properties: weft.v1.AssignHostPrefixResponse.$Shape): weft.v1.AssignHostPrefixResponse & weft.v1.AssignHostPrefixResponse.$Shape;
            static create(properties?: weft.v1.AssignHostPrefixResponse.$Properties): weft.v1.AssignHostPrefixResponse;

            /**
             * Encodes the specified AssignHostPrefixResponse message. Does not implicitly {@link weft.v1.AssignHostPrefixResponse.verify|verify} messages.
             * @param message AssignHostPrefixResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.AssignHostPrefixResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AssignHostPrefixResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.AssignHostPrefixResponse & weft.v1.AssignHostPrefixResponse.$Shape} AssignHostPrefixResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.AssignHostPrefixResponse & weft.v1.AssignHostPrefixResponse.$Shape;
        }

        namespace AssignHostPrefixResponse {

            /** Properties of an AssignHostPrefixResponse. */
            interface $Properties {

                /** AssignHostPrefixResponse ipv6 */
                ipv6?: (weft.v1.Prefix.$Properties|null);

                /** AssignHostPrefixResponse ipv4 */
                ipv4?: (weft.v1.Prefix.$Properties|null);

                /** AssignHostPrefixResponse revision */
                revision?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AssignHostPrefixResponse. */
            type $Shape = weft.v1.AssignHostPrefixResponse.$Properties;
        }

        /**
         * Properties of a LeaseRequest.
         * @deprecated Use weft.v1.LeaseRequest.$Properties instead.
         */
        interface ILeaseRequest extends weft.v1.LeaseRequest.$Properties {
        }

        /** Represents a LeaseRequest. */
        class LeaseRequest {

            /**
             * Constructs a new LeaseRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.LeaseRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LeaseRequest host. */
            host: string;

            /** LeaseRequest wishes. */
            wishes: weft.v1.LeaseRequest.Wish.$Properties[];

            /**
             * Creates a new LeaseRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns LeaseRequest instance
             */
            static create(properties: weft.v1.LeaseRequest.$Shape): weft.v1.LeaseRequest & weft.v1.LeaseRequest.$Shape;
            static create(properties?: weft.v1.LeaseRequest.$Properties): weft.v1.LeaseRequest;

            /**
             * Encodes the specified LeaseRequest message. Does not implicitly {@link weft.v1.LeaseRequest.verify|verify} messages.
             * @param message LeaseRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.LeaseRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LeaseRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.LeaseRequest & weft.v1.LeaseRequest.$Shape} LeaseRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.LeaseRequest & weft.v1.LeaseRequest.$Shape;
        }

        namespace LeaseRequest {

            /** Properties of a LeaseRequest. */
            interface $Properties {

                /** LeaseRequest host */
                host?: (string|null);

                /** LeaseRequest wishes */
                wishes?: (weft.v1.LeaseRequest.Wish.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LeaseRequest. */
            type $Shape = weft.v1.LeaseRequest.$Properties;

            /**
             * Properties of a Wish.
             * @deprecated Use weft.v1.LeaseRequest.Wish.$Properties instead.
             */
            interface IWish extends weft.v1.LeaseRequest.Wish.$Properties {
            }

            /** Represents a Wish. */
            class Wish {

                /**
                 * Constructs a new Wish.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: weft.v1.LeaseRequest.Wish.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Wish owner. */
                owner: string;

                /** Wish ipv4. */
                ipv4: boolean;

                /** Wish ipv6Address. */
                ipv6Address: Uint8Array;

                /** Wish ipv4Address. */
                ipv4Address: Uint8Array;

                /**
                 * Creates a new Wish instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Wish instance
                 */
                static create(properties: weft.v1.LeaseRequest.Wish.$Shape): weft.v1.LeaseRequest.Wish & weft.v1.LeaseRequest.Wish.$Shape;
                static create(properties?: weft.v1.LeaseRequest.Wish.$Properties): weft.v1.LeaseRequest.Wish;

                /**
                 * Encodes the specified Wish message. Does not implicitly {@link weft.v1.LeaseRequest.Wish.verify|verify} messages.
                 * @param message Wish message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: weft.v1.LeaseRequest.Wish.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Wish message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {weft.v1.LeaseRequest.Wish & weft.v1.LeaseRequest.Wish.$Shape} Wish
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.LeaseRequest.Wish & weft.v1.LeaseRequest.Wish.$Shape;
            }

            namespace Wish {

                /** Properties of a Wish. */
                interface $Properties {

                    /** Wish owner */
                    owner?: (string|null);

                    /** Wish ipv4 */
                    ipv4?: (boolean|null);

                    /** Wish ipv6Address */
                    ipv6Address?: (Uint8Array|null);

                    /** Wish ipv4Address */
                    ipv4Address?: (Uint8Array|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Wish. */
                type $Shape = weft.v1.LeaseRequest.Wish.$Properties;
            }
        }

        /**
         * Properties of a LeaseResponse.
         * @deprecated Use weft.v1.LeaseResponse.$Properties instead.
         */
        interface ILeaseResponse extends weft.v1.LeaseResponse.$Properties {
        }

        /** Represents a LeaseResponse. */
        class LeaseResponse {

            /**
             * Constructs a new LeaseResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.LeaseResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LeaseResponse leases. */
            leases: weft.v1.LeaseResponse.Lease.$Properties[];

            /** LeaseResponse revision. */
            revision: number;

            /**
             * Creates a new LeaseResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns LeaseResponse instance
             */
            static create(properties: weft.v1.LeaseResponse.$Shape): weft.v1.LeaseResponse & weft.v1.LeaseResponse.$Shape;
            static create(properties?: weft.v1.LeaseResponse.$Properties): weft.v1.LeaseResponse;

            /**
             * Encodes the specified LeaseResponse message. Does not implicitly {@link weft.v1.LeaseResponse.verify|verify} messages.
             * @param message LeaseResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.LeaseResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LeaseResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.LeaseResponse & weft.v1.LeaseResponse.$Shape} LeaseResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.LeaseResponse & weft.v1.LeaseResponse.$Shape;
        }

        namespace LeaseResponse {

            /** Properties of a LeaseResponse. */
            interface $Properties {

                /** LeaseResponse leases */
                leases?: (weft.v1.LeaseResponse.Lease.$Properties[]|null);

                /** LeaseResponse revision */
                revision?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LeaseResponse. */
            type $Shape = weft.v1.LeaseResponse.$Properties;

            /**
             * Properties of a Lease.
             * @deprecated Use weft.v1.LeaseResponse.Lease.$Properties instead.
             */
            interface ILease extends weft.v1.LeaseResponse.Lease.$Properties {
            }

            /** Represents a Lease. */
            class Lease {

                /**
                 * Constructs a new Lease.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: weft.v1.LeaseResponse.Lease.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Lease owner. */
                owner: string;

                /** Lease ipv6. */
                ipv6: Uint8Array;

                /** Lease ipv4. */
                ipv4: Uint8Array;

                /**
                 * Creates a new Lease instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Lease instance
                 */
                static create(properties: weft.v1.LeaseResponse.Lease.$Shape): weft.v1.LeaseResponse.Lease & weft.v1.LeaseResponse.Lease.$Shape;
                static create(properties?: weft.v1.LeaseResponse.Lease.$Properties): weft.v1.LeaseResponse.Lease;

                /**
                 * Encodes the specified Lease message. Does not implicitly {@link weft.v1.LeaseResponse.Lease.verify|verify} messages.
                 * @param message Lease message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: weft.v1.LeaseResponse.Lease.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Lease message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {weft.v1.LeaseResponse.Lease & weft.v1.LeaseResponse.Lease.$Shape} Lease
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.LeaseResponse.Lease & weft.v1.LeaseResponse.Lease.$Shape;
            }

            namespace Lease {

                /** Properties of a Lease. */
                interface $Properties {

                    /** Lease owner */
                    owner?: (string|null);

                    /** Lease ipv6 */
                    ipv6?: (Uint8Array|null);

                    /** Lease ipv4 */
                    ipv4?: (Uint8Array|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Lease. */
                type $Shape = weft.v1.LeaseResponse.Lease.$Properties;
            }
        }

        /**
         * Properties of a ReleaseAddressesRequest.
         * @deprecated Use weft.v1.ReleaseAddressesRequest.$Properties instead.
         */
        interface IReleaseAddressesRequest extends weft.v1.ReleaseAddressesRequest.$Properties {
        }

        /** Represents a ReleaseAddressesRequest. */
        class ReleaseAddressesRequest {

            /**
             * Constructs a new ReleaseAddressesRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.ReleaseAddressesRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReleaseAddressesRequest host. */
            host: string;

            /** ReleaseAddressesRequest owners. */
            owners: string[];

            /** ReleaseAddressesRequest ipv4Only. */
            ipv4Only: boolean;

            /**
             * Creates a new ReleaseAddressesRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReleaseAddressesRequest instance
             */
            static create(properties: weft.v1.ReleaseAddressesRequest.$Shape): weft.v1.ReleaseAddressesRequest & weft.v1.ReleaseAddressesRequest.$Shape;
            static create(properties?: weft.v1.ReleaseAddressesRequest.$Properties): weft.v1.ReleaseAddressesRequest;

            /**
             * Encodes the specified ReleaseAddressesRequest message. Does not implicitly {@link weft.v1.ReleaseAddressesRequest.verify|verify} messages.
             * @param message ReleaseAddressesRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.ReleaseAddressesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReleaseAddressesRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.ReleaseAddressesRequest & weft.v1.ReleaseAddressesRequest.$Shape} ReleaseAddressesRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ReleaseAddressesRequest & weft.v1.ReleaseAddressesRequest.$Shape;
        }

        namespace ReleaseAddressesRequest {

            /** Properties of a ReleaseAddressesRequest. */
            interface $Properties {

                /** ReleaseAddressesRequest host */
                host?: (string|null);

                /** ReleaseAddressesRequest owners */
                owners?: (string[]|null);

                /** ReleaseAddressesRequest ipv4Only */
                ipv4Only?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReleaseAddressesRequest. */
            type $Shape = weft.v1.ReleaseAddressesRequest.$Properties;
        }

        /**
         * Properties of a ReleaseAddressesResponse.
         * @deprecated Use weft.v1.ReleaseAddressesResponse.$Properties instead.
         */
        interface IReleaseAddressesResponse extends weft.v1.ReleaseAddressesResponse.$Properties {
        }

        /** Represents a ReleaseAddressesResponse. */
        class ReleaseAddressesResponse {

            /**
             * Constructs a new ReleaseAddressesResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.ReleaseAddressesResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReleaseAddressesResponse revision. */
            revision: number;

            /**
             * Creates a new ReleaseAddressesResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ReleaseAddressesResponse instance
             */
            static create(properties: weft.v1.ReleaseAddressesResponse.$Shape): weft.v1.ReleaseAddressesResponse & weft.v1.ReleaseAddressesResponse.$Shape;
            static create(properties?: weft.v1.ReleaseAddressesResponse.$Properties): weft.v1.ReleaseAddressesResponse;

            /**
             * Encodes the specified ReleaseAddressesResponse message. Does not implicitly {@link weft.v1.ReleaseAddressesResponse.verify|verify} messages.
             * @param message ReleaseAddressesResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.ReleaseAddressesResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReleaseAddressesResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.ReleaseAddressesResponse & weft.v1.ReleaseAddressesResponse.$Shape} ReleaseAddressesResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ReleaseAddressesResponse & weft.v1.ReleaseAddressesResponse.$Shape;
        }

        namespace ReleaseAddressesResponse {

            /** Properties of a ReleaseAddressesResponse. */
            interface $Properties {

                /** ReleaseAddressesResponse revision */
                revision?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReleaseAddressesResponse. */
            type $Shape = weft.v1.ReleaseAddressesResponse.$Properties;
        }

        /**
         * Properties of an ApplyRequest.
         * @deprecated Use weft.v1.ApplyRequest.$Properties instead.
         */
        interface IApplyRequest extends weft.v1.ApplyRequest.$Properties {
        }

        /** Represents an ApplyRequest. */
        class ApplyRequest {

            /**
             * Constructs a new ApplyRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.ApplyRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ApplyRequest documents. */
            documents: weft.v1.Document.$Properties[];

            /** ApplyRequest dryRun. */
            dryRun: boolean;

            /**
             * Creates a new ApplyRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ApplyRequest instance
             */
            static create(properties: weft.v1.ApplyRequest.$Shape): weft.v1.ApplyRequest & weft.v1.ApplyRequest.$Shape;
            static create(properties?: weft.v1.ApplyRequest.$Properties): weft.v1.ApplyRequest;

            /**
             * Encodes the specified ApplyRequest message. Does not implicitly {@link weft.v1.ApplyRequest.verify|verify} messages.
             * @param message ApplyRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.ApplyRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ApplyRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.ApplyRequest & weft.v1.ApplyRequest.$Shape} ApplyRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ApplyRequest & weft.v1.ApplyRequest.$Shape;
        }

        namespace ApplyRequest {

            /** Properties of an ApplyRequest. */
            interface $Properties {

                /** ApplyRequest documents */
                documents?: (weft.v1.Document.$Properties[]|null);

                /** ApplyRequest dryRun */
                dryRun?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ApplyRequest. */
            type $Shape = weft.v1.ApplyRequest.$Properties;
        }

        /**
         * Properties of a DeleteRequest.
         * @deprecated Use weft.v1.DeleteRequest.$Properties instead.
         */
        interface IDeleteRequest extends weft.v1.DeleteRequest.$Properties {
        }

        /** Represents a DeleteRequest. */
        class DeleteRequest {

            /**
             * Constructs a new DeleteRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.DeleteRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DeleteRequest documents. */
            documents: weft.v1.Document.$Properties[];

            /** DeleteRequest dryRun. */
            dryRun: boolean;

            /**
             * Creates a new DeleteRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DeleteRequest instance
             */
            static create(properties: weft.v1.DeleteRequest.$Shape): weft.v1.DeleteRequest & weft.v1.DeleteRequest.$Shape;
            static create(properties?: weft.v1.DeleteRequest.$Properties): weft.v1.DeleteRequest;

            /**
             * Encodes the specified DeleteRequest message. Does not implicitly {@link weft.v1.DeleteRequest.verify|verify} messages.
             * @param message DeleteRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.DeleteRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DeleteRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.DeleteRequest & weft.v1.DeleteRequest.$Shape} DeleteRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.DeleteRequest & weft.v1.DeleteRequest.$Shape;
        }

        namespace DeleteRequest {

            /** Properties of a DeleteRequest. */
            interface $Properties {

                /** DeleteRequest documents */
                documents?: (weft.v1.Document.$Properties[]|null);

                /** DeleteRequest dryRun */
                dryRun?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DeleteRequest. */
            type $Shape = weft.v1.DeleteRequest.$Properties;
        }

        /**
         * Properties of a Change.
         * @deprecated Use weft.v1.Change.$Properties instead.
         */
        interface IChange extends weft.v1.Change.$Properties {
        }

        /** Represents a Change. */
        class Change {

            /**
             * Constructs a new Change.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.Change.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Change kind. */
            kind: string;

            /** Change namespace. */
            namespace: string;

            /** Change name. */
            name: string;

            /** Change outcome. */
            outcome: string;

            /** Change revision. */
            revision: number;

            /** Change event. */
            event: string;

            /**
             * Creates a new Change instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Change instance
             */
            static create(properties: weft.v1.Change.$Shape): weft.v1.Change & weft.v1.Change.$Shape;
            static create(properties?: weft.v1.Change.$Properties): weft.v1.Change;

            /**
             * Encodes the specified Change message. Does not implicitly {@link weft.v1.Change.verify|verify} messages.
             * @param message Change message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.Change.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Change message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.Change & weft.v1.Change.$Shape} Change
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.Change & weft.v1.Change.$Shape;
        }

        namespace Change {

            /** Properties of a Change. */
            interface $Properties {

                /** Change kind */
                kind?: (string|null);

                /** Change namespace */
                namespace?: (string|null);

                /** Change name */
                name?: (string|null);

                /** Change outcome */
                outcome?: (string|null);

                /** Change revision */
                revision?: (number|null);

                /** Change event */
                event?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Change. */
            type $Shape = weft.v1.Change.$Properties;
        }

        /**
         * Properties of an ApplyResponse.
         * @deprecated Use weft.v1.ApplyResponse.$Properties instead.
         */
        interface IApplyResponse extends weft.v1.ApplyResponse.$Properties {
        }

        /** Represents an ApplyResponse. */
        class ApplyResponse {

            /**
             * Constructs a new ApplyResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.ApplyResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ApplyResponse changes. */
            changes: weft.v1.Change.$Properties[];

            /** ApplyResponse revision. */
            revision: number;

            /** ApplyResponse event. */
            event: string;

            /**
             * Creates a new ApplyResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ApplyResponse instance
             */
            static create(properties: weft.v1.ApplyResponse.$Shape): weft.v1.ApplyResponse & weft.v1.ApplyResponse.$Shape;
            static create(properties?: weft.v1.ApplyResponse.$Properties): weft.v1.ApplyResponse;

            /**
             * Encodes the specified ApplyResponse message. Does not implicitly {@link weft.v1.ApplyResponse.verify|verify} messages.
             * @param message ApplyResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.ApplyResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ApplyResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.ApplyResponse & weft.v1.ApplyResponse.$Shape} ApplyResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ApplyResponse & weft.v1.ApplyResponse.$Shape;
        }

        namespace ApplyResponse {

            /** Properties of an ApplyResponse. */
            interface $Properties {

                /** ApplyResponse changes */
                changes?: (weft.v1.Change.$Properties[]|null);

                /** ApplyResponse revision */
                revision?: (number|null);

                /** ApplyResponse event */
                event?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ApplyResponse. */
            type $Shape = weft.v1.ApplyResponse.$Properties;
        }

        /**
         * Properties of a SetOptionsRequest.
         * @deprecated Use weft.v1.SetOptionsRequest.$Properties instead.
         */
        interface ISetOptionsRequest extends weft.v1.SetOptionsRequest.$Properties {
        }

        /** Represents a SetOptionsRequest. */
        class SetOptionsRequest {

            /**
             * Constructs a new SetOptionsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.SetOptionsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SetOptionsRequest scope. */
            scope: string;

            /** SetOptionsRequest values. */
            values: { [k: string]: string };

            /** SetOptionsRequest dryRun. */
            dryRun: boolean;

            /**
             * Creates a new SetOptionsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SetOptionsRequest instance
             */
            static create(properties: weft.v1.SetOptionsRequest.$Shape): weft.v1.SetOptionsRequest & weft.v1.SetOptionsRequest.$Shape;
            static create(properties?: weft.v1.SetOptionsRequest.$Properties): weft.v1.SetOptionsRequest;

            /**
             * Encodes the specified SetOptionsRequest message. Does not implicitly {@link weft.v1.SetOptionsRequest.verify|verify} messages.
             * @param message SetOptionsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.SetOptionsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SetOptionsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.SetOptionsRequest & weft.v1.SetOptionsRequest.$Shape} SetOptionsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.SetOptionsRequest & weft.v1.SetOptionsRequest.$Shape;
        }

        namespace SetOptionsRequest {

            /** Properties of a SetOptionsRequest. */
            interface $Properties {

                /** SetOptionsRequest scope */
                scope?: (string|null);

                /** SetOptionsRequest values */
                values?: ({ [k: string]: string }|null);

                /** SetOptionsRequest dryRun */
                dryRun?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SetOptionsRequest. */
            type $Shape = weft.v1.SetOptionsRequest.$Properties;
        }

        /**
         * Properties of a SetOptionsResponse.
         * @deprecated Use weft.v1.SetOptionsResponse.$Properties instead.
         */
        interface ISetOptionsResponse extends weft.v1.SetOptionsResponse.$Properties {
        }

        /** Represents a SetOptionsResponse. */
        class SetOptionsResponse {

            /**
             * Constructs a new SetOptionsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.SetOptionsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SetOptionsResponse revision. */
            revision: number;

            /** SetOptionsResponse event. */
            event: string;

            /**
             * Creates a new SetOptionsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns SetOptionsResponse instance
             */
            static create(properties: weft.v1.SetOptionsResponse.$Shape): weft.v1.SetOptionsResponse & weft.v1.SetOptionsResponse.$Shape;
            static create(properties?: weft.v1.SetOptionsResponse.$Properties): weft.v1.SetOptionsResponse;

            /**
             * Encodes the specified SetOptionsResponse message. Does not implicitly {@link weft.v1.SetOptionsResponse.verify|verify} messages.
             * @param message SetOptionsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.SetOptionsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SetOptionsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.SetOptionsResponse & weft.v1.SetOptionsResponse.$Shape} SetOptionsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.SetOptionsResponse & weft.v1.SetOptionsResponse.$Shape;
        }

        namespace SetOptionsResponse {

            /** Properties of a SetOptionsResponse. */
            interface $Properties {

                /** SetOptionsResponse revision */
                revision?: (number|null);

                /** SetOptionsResponse event */
                event?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SetOptionsResponse. */
            type $Shape = weft.v1.SetOptionsResponse.$Properties;
        }

        /**
         * Properties of a BuildRequest.
         * @deprecated Use weft.v1.BuildRequest.$Properties instead.
         */
        interface IBuildRequest extends weft.v1.BuildRequest.$Properties {
        }

        /** Represents a BuildRequest. */
        class BuildRequest {

            /**
             * Constructs a new BuildRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.BuildRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** BuildRequest entry. */
            entry: string;

            /** BuildRequest policy. */
            policy?: (weft.v1.PolicyTables.$Properties|null);

            /**
             * Creates a new BuildRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns BuildRequest instance
             */
            static create(properties: weft.v1.BuildRequest.$Shape): weft.v1.BuildRequest & weft.v1.BuildRequest.$Shape;
            static create(properties?: weft.v1.BuildRequest.$Properties): weft.v1.BuildRequest;

            /**
             * Encodes the specified BuildRequest message. Does not implicitly {@link weft.v1.BuildRequest.verify|verify} messages.
             * @param message BuildRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.BuildRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a BuildRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.BuildRequest & weft.v1.BuildRequest.$Shape} BuildRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.BuildRequest & weft.v1.BuildRequest.$Shape;
        }

        namespace BuildRequest {

            /** Properties of a BuildRequest. */
            interface $Properties {

                /** BuildRequest entry */
                entry?: (string|null);

                /** BuildRequest policy */
                policy?: (weft.v1.PolicyTables.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a BuildRequest. */
            type $Shape = weft.v1.BuildRequest.$Properties;
        }

        /**
         * Properties of a PolicyTables.
         * @deprecated Use weft.v1.PolicyTables.$Properties instead.
         */
        interface IPolicyTables extends weft.v1.PolicyTables.$Properties {
        }

        /** Represents a PolicyTables. */
        class PolicyTables {

            /**
             * Constructs a new PolicyTables.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.PolicyTables.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PolicyTables ingress. */
            ingress?: (weft.v1.PolicyTable.$Properties|null);

            /** PolicyTables egress. */
            egress?: (weft.v1.PolicyTable.$Properties|null);

            /**
             * Creates a new PolicyTables instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PolicyTables instance
             */
            static create(properties: weft.v1.PolicyTables.$Shape): weft.v1.PolicyTables & weft.v1.PolicyTables.$Shape;
            static create(properties?: weft.v1.PolicyTables.$Properties): weft.v1.PolicyTables;

            /**
             * Encodes the specified PolicyTables message. Does not implicitly {@link weft.v1.PolicyTables.verify|verify} messages.
             * @param message PolicyTables message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.PolicyTables.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PolicyTables message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.PolicyTables & weft.v1.PolicyTables.$Shape} PolicyTables
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.PolicyTables & weft.v1.PolicyTables.$Shape;
        }

        namespace PolicyTables {

            /** Properties of a PolicyTables. */
            interface $Properties {

                /** PolicyTables ingress */
                ingress?: (weft.v1.PolicyTable.$Properties|null);

                /** PolicyTables egress */
                egress?: (weft.v1.PolicyTable.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PolicyTables. */
            type $Shape = weft.v1.PolicyTables.$Properties;
        }

        /**
         * Properties of a PolicyTable.
         * @deprecated Use weft.v1.PolicyTable.$Properties instead.
         */
        interface IPolicyTable extends weft.v1.PolicyTable.$Properties {
        }

        /** Represents a PolicyTable. */
        class PolicyTable {

            /**
             * Constructs a new PolicyTable.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.PolicyTable.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PolicyTable enforced. */
            enforced: boolean;

            /** PolicyTable identities. */
            identities: weft.v1.PolicyTable.IdentityClass.$Properties[];

            /** PolicyTable addresses. */
            addresses: weft.v1.PolicyTable.AddressClass.$Properties[];

            /** PolicyTable ports. */
            ports: weft.v1.PolicyTable.PortClass.$Properties[];

            /** PolicyTable identityClasses. */
            identityClasses: number;

            /** PolicyTable addressClasses. */
            addressClasses: number;

            /** PolicyTable portClasses. */
            portClasses: number;

            /** PolicyTable verdicts. */
            verdicts: weft.v1.PolicyTable.Verdict.$Properties[];

            /**
             * Creates a new PolicyTable instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PolicyTable instance
             */
            static create(properties: weft.v1.PolicyTable.$Shape): weft.v1.PolicyTable & weft.v1.PolicyTable.$Shape;
            static create(properties?: weft.v1.PolicyTable.$Properties): weft.v1.PolicyTable;

            /**
             * Encodes the specified PolicyTable message. Does not implicitly {@link weft.v1.PolicyTable.verify|verify} messages.
             * @param message PolicyTable message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.PolicyTable.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PolicyTable message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.PolicyTable & weft.v1.PolicyTable.$Shape} PolicyTable
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.PolicyTable & weft.v1.PolicyTable.$Shape;
        }

        namespace PolicyTable {

            /** Properties of a PolicyTable. */
            interface $Properties {

                /** PolicyTable enforced */
                enforced?: (boolean|null);

                /** PolicyTable identities */
                identities?: (weft.v1.PolicyTable.IdentityClass.$Properties[]|null);

                /** PolicyTable addresses */
                addresses?: (weft.v1.PolicyTable.AddressClass.$Properties[]|null);

                /** PolicyTable ports */
                ports?: (weft.v1.PolicyTable.PortClass.$Properties[]|null);

                /** PolicyTable identityClasses */
                identityClasses?: (number|null);

                /** PolicyTable addressClasses */
                addressClasses?: (number|null);

                /** PolicyTable portClasses */
                portClasses?: (number|null);

                /** PolicyTable verdicts */
                verdicts?: (weft.v1.PolicyTable.Verdict.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PolicyTable. */
            type $Shape = weft.v1.PolicyTable.$Properties;

            /**
             * Properties of an IdentityClass.
             * @deprecated Use weft.v1.PolicyTable.IdentityClass.$Properties instead.
             */
            interface IIdentityClass extends weft.v1.PolicyTable.IdentityClass.$Properties {
            }

            /** Represents an IdentityClass. */
            class IdentityClass {

                /**
                 * Constructs a new IdentityClass.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: weft.v1.PolicyTable.IdentityClass.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** IdentityClass identity. */
                identity: number;

                /** IdentityClass class. */
                class: number;

                /**
                 * Creates a new IdentityClass instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns IdentityClass instance
                 */
                static create(properties: weft.v1.PolicyTable.IdentityClass.$Shape): weft.v1.PolicyTable.IdentityClass & weft.v1.PolicyTable.IdentityClass.$Shape;
                static create(properties?: weft.v1.PolicyTable.IdentityClass.$Properties): weft.v1.PolicyTable.IdentityClass;

                /**
                 * Encodes the specified IdentityClass message. Does not implicitly {@link weft.v1.PolicyTable.IdentityClass.verify|verify} messages.
                 * @param message IdentityClass message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: weft.v1.PolicyTable.IdentityClass.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an IdentityClass message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {weft.v1.PolicyTable.IdentityClass & weft.v1.PolicyTable.IdentityClass.$Shape} IdentityClass
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.PolicyTable.IdentityClass & weft.v1.PolicyTable.IdentityClass.$Shape;
            }

            namespace IdentityClass {

                /** Properties of an IdentityClass. */
                interface $Properties {

                    /** IdentityClass identity */
                    identity?: (number|null);

                    /** IdentityClass class */
                    "class"?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an IdentityClass. */
                type $Shape = weft.v1.PolicyTable.IdentityClass.$Properties;
            }

            /**
             * Properties of an AddressClass.
             * @deprecated Use weft.v1.PolicyTable.AddressClass.$Properties instead.
             */
            interface IAddressClass extends weft.v1.PolicyTable.AddressClass.$Properties {
            }

            /** Represents an AddressClass. */
            class AddressClass {

                /**
                 * Constructs a new AddressClass.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: weft.v1.PolicyTable.AddressClass.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** AddressClass prefix. */
                prefix?: (weft.v1.Prefix.$Properties|null);

                /** AddressClass class. */
                class: number;

                /**
                 * Creates a new AddressClass instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns AddressClass instance
                 */
                static create(properties: weft.v1.PolicyTable.AddressClass.$Shape): weft.v1.PolicyTable.AddressClass & weft.v1.PolicyTable.AddressClass.$Shape;
                static create(properties?: weft.v1.PolicyTable.AddressClass.$Properties): weft.v1.PolicyTable.AddressClass;

                /**
                 * Encodes the specified AddressClass message. Does not implicitly {@link weft.v1.PolicyTable.AddressClass.verify|verify} messages.
                 * @param message AddressClass message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: weft.v1.PolicyTable.AddressClass.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an AddressClass message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {weft.v1.PolicyTable.AddressClass & weft.v1.PolicyTable.AddressClass.$Shape} AddressClass
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.PolicyTable.AddressClass & weft.v1.PolicyTable.AddressClass.$Shape;
            }

            namespace AddressClass {

                /** Properties of an AddressClass. */
                interface $Properties {

                    /** AddressClass prefix */
                    prefix?: (weft.v1.Prefix.$Properties|null);

                    /** AddressClass class */
                    "class"?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an AddressClass. */
                type $Shape = weft.v1.PolicyTable.AddressClass.$Properties;
            }

            /**
             * Properties of a PortClass.
             * @deprecated Use weft.v1.PolicyTable.PortClass.$Properties instead.
             */
            interface IPortClass extends weft.v1.PolicyTable.PortClass.$Properties {
            }

            /** Represents a PortClass. */
            class PortClass {

                /**
                 * Constructs a new PortClass.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: weft.v1.PolicyTable.PortClass.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** PortClass protocol. */
                protocol: number;

                /** PortClass from. */
                from: number;

                /** PortClass to. */
                to: number;

                /** PortClass class. */
                class: number;

                /**
                 * Creates a new PortClass instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns PortClass instance
                 */
                static create(properties: weft.v1.PolicyTable.PortClass.$Shape): weft.v1.PolicyTable.PortClass & weft.v1.PolicyTable.PortClass.$Shape;
                static create(properties?: weft.v1.PolicyTable.PortClass.$Properties): weft.v1.PolicyTable.PortClass;

                /**
                 * Encodes the specified PortClass message. Does not implicitly {@link weft.v1.PolicyTable.PortClass.verify|verify} messages.
                 * @param message PortClass message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: weft.v1.PolicyTable.PortClass.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a PortClass message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {weft.v1.PolicyTable.PortClass & weft.v1.PolicyTable.PortClass.$Shape} PortClass
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.PolicyTable.PortClass & weft.v1.PolicyTable.PortClass.$Shape;
            }

            namespace PortClass {

                /** Properties of a PortClass. */
                interface $Properties {

                    /** PortClass protocol */
                    protocol?: (number|null);

                    /** PortClass from */
                    from?: (number|null);

                    /** PortClass to */
                    to?: (number|null);

                    /** PortClass class */
                    "class"?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a PortClass. */
                type $Shape = weft.v1.PolicyTable.PortClass.$Properties;
            }

            /**
             * Properties of a Verdict.
             * @deprecated Use weft.v1.PolicyTable.Verdict.$Properties instead.
             */
            interface IVerdict extends weft.v1.PolicyTable.Verdict.$Properties {
            }

            /** Represents a Verdict. */
            class Verdict {

                /**
                 * Constructs a new Verdict.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: weft.v1.PolicyTable.Verdict.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Verdict allow. */
                allow: boolean;

                /** Verdict rule. */
                rule: number;

                /** Verdict revision. */
                revision: number;

                /**
                 * Creates a new Verdict instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Verdict instance
                 */
                static create(properties: weft.v1.PolicyTable.Verdict.$Shape): weft.v1.PolicyTable.Verdict & weft.v1.PolicyTable.Verdict.$Shape;
                static create(properties?: weft.v1.PolicyTable.Verdict.$Properties): weft.v1.PolicyTable.Verdict;

                /**
                 * Encodes the specified Verdict message. Does not implicitly {@link weft.v1.PolicyTable.Verdict.verify|verify} messages.
                 * @param message Verdict message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: weft.v1.PolicyTable.Verdict.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Verdict message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {weft.v1.PolicyTable.Verdict & weft.v1.PolicyTable.Verdict.$Shape} Verdict
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.PolicyTable.Verdict & weft.v1.PolicyTable.Verdict.$Shape;
            }

            namespace Verdict {

                /** Properties of a Verdict. */
                interface $Properties {

                    /** Verdict allow */
                    allow?: (boolean|null);

                    /** Verdict rule */
                    rule?: (number|null);

                    /** Verdict revision */
                    revision?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Verdict. */
                type $Shape = weft.v1.PolicyTable.Verdict.$Properties;
            }
        }

        /**
         * Properties of a BuildResponse.
         * @deprecated Use weft.v1.BuildResponse.$Properties instead.
         */
        interface IBuildResponse extends weft.v1.BuildResponse.$Properties {
        }

        /** Represents a BuildResponse. */
        class BuildResponse {

            /**
             * Constructs a new BuildResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.BuildResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** BuildResponse digest. */
            digest: string;

            /** BuildResponse revision. */
            revision: number;

            /** BuildResponse diagnostics. */
            diagnostics: weft.v1.Diagnostic.$Properties[];

            /**
             * Creates a new BuildResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns BuildResponse instance
             */
            static create(properties: weft.v1.BuildResponse.$Shape): weft.v1.BuildResponse & weft.v1.BuildResponse.$Shape;
            static create(properties?: weft.v1.BuildResponse.$Properties): weft.v1.BuildResponse;

            /**
             * Encodes the specified BuildResponse message. Does not implicitly {@link weft.v1.BuildResponse.verify|verify} messages.
             * @param message BuildResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.BuildResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a BuildResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.BuildResponse & weft.v1.BuildResponse.$Shape} BuildResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.BuildResponse & weft.v1.BuildResponse.$Shape;
        }

        namespace BuildResponse {

            /** Properties of a BuildResponse. */
            interface $Properties {

                /** BuildResponse digest */
                digest?: (string|null);

                /** BuildResponse revision */
                revision?: (number|null);

                /** BuildResponse diagnostics */
                diagnostics?: (weft.v1.Diagnostic.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a BuildResponse. */
            type $Shape = weft.v1.BuildResponse.$Properties;
        }

        /**
         * Properties of an AttachRequest.
         * @deprecated Use weft.v1.AttachRequest.$Properties instead.
         */
        interface IAttachRequest extends weft.v1.AttachRequest.$Properties {
        }

        /** Represents an AttachRequest. */
        class AttachRequest {

            /**
             * Constructs a new AttachRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.AttachRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AttachRequest id. */
            id: string;

            /** AttachRequest namespace. */
            namespace: string;

            /** AttachRequest name. */
            name: string;

            /** AttachRequest labels. */
            labels: { [k: string]: string };

            /** AttachRequest netns. */
            netns: string;

            /** AttachRequest interface. */
            interface: string;

            /** AttachRequest ipv4. */
            ipv4: boolean;

            /** AttachRequest ports. */
            ports: weft.v1.NamedPort.$Properties[];

            /**
             * Creates a new AttachRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AttachRequest instance
             */
            static create(properties: weft.v1.AttachRequest.$Shape): weft.v1.AttachRequest & weft.v1.AttachRequest.$Shape;
            static create(properties?: weft.v1.AttachRequest.$Properties): weft.v1.AttachRequest;

            /**
             * Encodes the specified AttachRequest message. Does not implicitly {@link weft.v1.AttachRequest.verify|verify} messages.
             * @param message AttachRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.AttachRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AttachRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.AttachRequest & weft.v1.AttachRequest.$Shape} AttachRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.AttachRequest & weft.v1.AttachRequest.$Shape;
        }

        namespace AttachRequest {

            /** Properties of an AttachRequest. */
            interface $Properties {

                /** AttachRequest id */
                id?: (string|null);

                /** AttachRequest namespace */
                namespace?: (string|null);

                /** AttachRequest name */
                name?: (string|null);

                /** AttachRequest labels */
                labels?: ({ [k: string]: string }|null);

                /** AttachRequest netns */
                netns?: (string|null);

                /** AttachRequest interface */
                "interface"?: (string|null);

                /** AttachRequest ipv4 */
                ipv4?: (boolean|null);

                /** AttachRequest ports */
                ports?: (weft.v1.NamedPort.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AttachRequest. */
            type $Shape = weft.v1.AttachRequest.$Properties;
        }

        /**
         * Properties of an AttachResponse.
         * @deprecated Use weft.v1.AttachResponse.$Properties instead.
         */
        interface IAttachResponse extends weft.v1.AttachResponse.$Properties {
        }

        /** Represents an AttachResponse. */
        class AttachResponse {

            /**
             * Constructs a new AttachResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.AttachResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AttachResponse id. */
            id: string;

            /** AttachResponse identity. */
            identity: number;

            /** AttachResponse ipv6. */
            ipv6: Uint8Array;

            /** AttachResponse ipv4. */
            ipv4: Uint8Array;

            /** AttachResponse mac. */
            mac: Uint8Array;

            /** AttachResponse revision. */
            revision: number;

            /**
             * Creates a new AttachResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AttachResponse instance
             */
            static create(properties: weft.v1.AttachResponse.$Shape): weft.v1.AttachResponse & weft.v1.AttachResponse.$Shape;
            static create(properties?: weft.v1.AttachResponse.$Properties): weft.v1.AttachResponse;

            /**
             * Encodes the specified AttachResponse message. Does not implicitly {@link weft.v1.AttachResponse.verify|verify} messages.
             * @param message AttachResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.AttachResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AttachResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.AttachResponse & weft.v1.AttachResponse.$Shape} AttachResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.AttachResponse & weft.v1.AttachResponse.$Shape;
        }

        namespace AttachResponse {

            /** Properties of an AttachResponse. */
            interface $Properties {

                /** AttachResponse id */
                id?: (string|null);

                /** AttachResponse identity */
                identity?: (number|null);

                /** AttachResponse ipv6 */
                ipv6?: (Uint8Array|null);

                /** AttachResponse ipv4 */
                ipv4?: (Uint8Array|null);

                /** AttachResponse mac */
                mac?: (Uint8Array|null);

                /** AttachResponse revision */
                revision?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AttachResponse. */
            type $Shape = weft.v1.AttachResponse.$Properties;
        }

        /**
         * Properties of a RelabelRequest.
         * @deprecated Use weft.v1.RelabelRequest.$Properties instead.
         */
        interface IRelabelRequest extends weft.v1.RelabelRequest.$Properties {
        }

        /** Represents a RelabelRequest. */
        class RelabelRequest {

            /**
             * Constructs a new RelabelRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.RelabelRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RelabelRequest id. */
            id: string;

            /** RelabelRequest labels. */
            labels: { [k: string]: string };

            /**
             * Creates a new RelabelRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RelabelRequest instance
             */
            static create(properties: weft.v1.RelabelRequest.$Shape): weft.v1.RelabelRequest & weft.v1.RelabelRequest.$Shape;
            static create(properties?: weft.v1.RelabelRequest.$Properties): weft.v1.RelabelRequest;

            /**
             * Encodes the specified RelabelRequest message. Does not implicitly {@link weft.v1.RelabelRequest.verify|verify} messages.
             * @param message RelabelRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.RelabelRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RelabelRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.RelabelRequest & weft.v1.RelabelRequest.$Shape} RelabelRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.RelabelRequest & weft.v1.RelabelRequest.$Shape;
        }

        namespace RelabelRequest {

            /** Properties of a RelabelRequest. */
            interface $Properties {

                /** RelabelRequest id */
                id?: (string|null);

                /** RelabelRequest labels */
                labels?: ({ [k: string]: string }|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RelabelRequest. */
            type $Shape = weft.v1.RelabelRequest.$Properties;
        }

        /**
         * Properties of a ChangeRequest.
         * @deprecated Use weft.v1.ChangeRequest.$Properties instead.
         */
        interface IChangeRequest extends weft.v1.ChangeRequest.$Properties {
        }

        /** Represents a ChangeRequest. */
        class ChangeRequest {

            /**
             * Constructs a new ChangeRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.ChangeRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ChangeRequest id. */
            id: string;

            /** ChangeRequest ipv4. */
            ipv4: boolean;

            /**
             * Creates a new ChangeRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ChangeRequest instance
             */
            static create(properties: weft.v1.ChangeRequest.$Shape): weft.v1.ChangeRequest & weft.v1.ChangeRequest.$Shape;
            static create(properties?: weft.v1.ChangeRequest.$Properties): weft.v1.ChangeRequest;

            /**
             * Encodes the specified ChangeRequest message. Does not implicitly {@link weft.v1.ChangeRequest.verify|verify} messages.
             * @param message ChangeRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.ChangeRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ChangeRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.ChangeRequest & weft.v1.ChangeRequest.$Shape} ChangeRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ChangeRequest & weft.v1.ChangeRequest.$Shape;
        }

        namespace ChangeRequest {

            /** Properties of a ChangeRequest. */
            interface $Properties {

                /** ChangeRequest id */
                id?: (string|null);

                /** ChangeRequest ipv4 */
                ipv4?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ChangeRequest. */
            type $Shape = weft.v1.ChangeRequest.$Properties;
        }

        /**
         * Properties of a DetachRequest.
         * @deprecated Use weft.v1.DetachRequest.$Properties instead.
         */
        interface IDetachRequest extends weft.v1.DetachRequest.$Properties {
        }

        /** Represents a DetachRequest. */
        class DetachRequest {

            /**
             * Constructs a new DetachRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.DetachRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DetachRequest id. */
            id: string;

            /**
             * Creates a new DetachRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DetachRequest instance
             */
            static create(properties: weft.v1.DetachRequest.$Shape): weft.v1.DetachRequest & weft.v1.DetachRequest.$Shape;
            static create(properties?: weft.v1.DetachRequest.$Properties): weft.v1.DetachRequest;

            /**
             * Encodes the specified DetachRequest message. Does not implicitly {@link weft.v1.DetachRequest.verify|verify} messages.
             * @param message DetachRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.DetachRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DetachRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.DetachRequest & weft.v1.DetachRequest.$Shape} DetachRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.DetachRequest & weft.v1.DetachRequest.$Shape;
        }

        namespace DetachRequest {

            /** Properties of a DetachRequest. */
            interface $Properties {

                /** DetachRequest id */
                id?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DetachRequest. */
            type $Shape = weft.v1.DetachRequest.$Properties;
        }

        /**
         * Properties of a DetachResponse.
         * @deprecated Use weft.v1.DetachResponse.$Properties instead.
         */
        interface IDetachResponse extends weft.v1.DetachResponse.$Properties {
        }

        /** Represents a DetachResponse. */
        class DetachResponse {

            /**
             * Constructs a new DetachResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.DetachResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** DetachResponse revision. */
            revision: number;

            /**
             * Creates a new DetachResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns DetachResponse instance
             */
            static create(properties: weft.v1.DetachResponse.$Shape): weft.v1.DetachResponse & weft.v1.DetachResponse.$Shape;
            static create(properties?: weft.v1.DetachResponse.$Properties): weft.v1.DetachResponse;

            /**
             * Encodes the specified DetachResponse message. Does not implicitly {@link weft.v1.DetachResponse.verify|verify} messages.
             * @param message DetachResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.DetachResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a DetachResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.DetachResponse & weft.v1.DetachResponse.$Shape} DetachResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.DetachResponse & weft.v1.DetachResponse.$Shape;
        }

        namespace DetachResponse {

            /** Properties of a DetachResponse. */
            interface $Properties {

                /** DetachResponse revision */
                revision?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a DetachResponse. */
            type $Shape = weft.v1.DetachResponse.$Properties;
        }

        /**
         * Properties of a PlanRequest.
         * @deprecated Use weft.v1.PlanRequest.$Properties instead.
         */
        interface IPlanRequest extends weft.v1.PlanRequest.$Properties {
        }

        /** Represents a PlanRequest. */
        class PlanRequest {

            /**
             * Constructs a new PlanRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.PlanRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new PlanRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PlanRequest instance
             */
            static create(properties: weft.v1.PlanRequest.$Shape): weft.v1.PlanRequest & weft.v1.PlanRequest.$Shape;
            static create(properties?: weft.v1.PlanRequest.$Properties): weft.v1.PlanRequest;

            /**
             * Encodes the specified PlanRequest message. Does not implicitly {@link weft.v1.PlanRequest.verify|verify} messages.
             * @param message PlanRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.PlanRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PlanRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.PlanRequest & weft.v1.PlanRequest.$Shape} PlanRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.PlanRequest & weft.v1.PlanRequest.$Shape;
        }

        namespace PlanRequest {

            /** Properties of a PlanRequest. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PlanRequest. */
            type $Shape = weft.v1.PlanRequest.$Properties;
        }

        /**
         * Properties of a PlanResponse.
         * @deprecated Use weft.v1.PlanResponse.$Properties instead.
         */
        interface IPlanResponse extends weft.v1.PlanResponse.$Properties {
        }

        /** Represents a PlanResponse. */
        class PlanResponse {

            /**
             * Constructs a new PlanResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.PlanResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PlanResponse revision. */
            revision: number;

            /** PlanResponse operations. */
            operations: string[];

            /** PlanResponse json. */
            json: string;

            /**
             * Creates a new PlanResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns PlanResponse instance
             */
            static create(properties: weft.v1.PlanResponse.$Shape): weft.v1.PlanResponse & weft.v1.PlanResponse.$Shape;
            static create(properties?: weft.v1.PlanResponse.$Properties): weft.v1.PlanResponse;

            /**
             * Encodes the specified PlanResponse message. Does not implicitly {@link weft.v1.PlanResponse.verify|verify} messages.
             * @param message PlanResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.PlanResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PlanResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.PlanResponse & weft.v1.PlanResponse.$Shape} PlanResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.PlanResponse & weft.v1.PlanResponse.$Shape;
        }

        namespace PlanResponse {

            /** Properties of a PlanResponse. */
            interface $Properties {

                /** PlanResponse revision */
                revision?: (number|null);

                /** PlanResponse operations */
                operations?: (string[]|null);

                /** PlanResponse json */
                json?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PlanResponse. */
            type $Shape = weft.v1.PlanResponse.$Properties;
        }

        /**
         * Properties of a StatusRequest.
         * @deprecated Use weft.v1.StatusRequest.$Properties instead.
         */
        interface IStatusRequest extends weft.v1.StatusRequest.$Properties {
        }

        /** Represents a StatusRequest. */
        class StatusRequest {

            /**
             * Constructs a new StatusRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.StatusRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** StatusRequest look. */
            look: boolean;

            /**
             * Creates a new StatusRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StatusRequest instance
             */
            static create(properties: weft.v1.StatusRequest.$Shape): weft.v1.StatusRequest & weft.v1.StatusRequest.$Shape;
            static create(properties?: weft.v1.StatusRequest.$Properties): weft.v1.StatusRequest;

            /**
             * Encodes the specified StatusRequest message. Does not implicitly {@link weft.v1.StatusRequest.verify|verify} messages.
             * @param message StatusRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.StatusRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StatusRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.StatusRequest & weft.v1.StatusRequest.$Shape} StatusRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.StatusRequest & weft.v1.StatusRequest.$Shape;
        }

        namespace StatusRequest {

            /** Properties of a StatusRequest. */
            interface $Properties {

                /** StatusRequest look */
                look?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StatusRequest. */
            type $Shape = weft.v1.StatusRequest.$Properties;
        }

        /**
         * Properties of a StatusResponse.
         * @deprecated Use weft.v1.StatusResponse.$Properties instead.
         */
        interface IStatusResponse extends weft.v1.StatusResponse.$Properties {
        }

        /** Represents a StatusResponse. */
        class StatusResponse {

            /**
             * Constructs a new StatusResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.StatusResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** StatusResponse host. */
            host: string;

            /** StatusResponse followed. */
            followed: number;

            /** StatusResponse applied. */
            applied: number;

            /** StatusResponse endpoints. */
            endpoints: number;

            /** StatusResponse attach. */
            attach: string;

            /** StatusResponse error. */
            error: string;

            /** StatusResponse programs. */
            programs: weft.v1.ProgramStatus.$Properties[];

            /** StatusResponse recorded. */
            recorded: number;

            /** StatusResponse unrecorded. */
            unrecorded: number;

            /** StatusResponse history. */
            history: string;

            /** StatusResponse warnings. */
            warnings: string[];

            /** StatusResponse problems. */
            problems: weft.v1.Problem.$Properties[];

            /** StatusResponse busySinceMs. */
            busySinceMs: number;

            /**
             * Creates a new StatusResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StatusResponse instance
             */
            static create(properties: weft.v1.StatusResponse.$Shape): weft.v1.StatusResponse & weft.v1.StatusResponse.$Shape;
            static create(properties?: weft.v1.StatusResponse.$Properties): weft.v1.StatusResponse;

            /**
             * Encodes the specified StatusResponse message. Does not implicitly {@link weft.v1.StatusResponse.verify|verify} messages.
             * @param message StatusResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.StatusResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StatusResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.StatusResponse & weft.v1.StatusResponse.$Shape} StatusResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.StatusResponse & weft.v1.StatusResponse.$Shape;
        }

        namespace StatusResponse {

            /** Properties of a StatusResponse. */
            interface $Properties {

                /** StatusResponse host */
                host?: (string|null);

                /** StatusResponse followed */
                followed?: (number|null);

                /** StatusResponse applied */
                applied?: (number|null);

                /** StatusResponse endpoints */
                endpoints?: (number|null);

                /** StatusResponse attach */
                attach?: (string|null);

                /** StatusResponse error */
                error?: (string|null);

                /** StatusResponse programs */
                programs?: (weft.v1.ProgramStatus.$Properties[]|null);

                /** StatusResponse recorded */
                recorded?: (number|null);

                /** StatusResponse unrecorded */
                unrecorded?: (number|null);

                /** StatusResponse history */
                history?: (string|null);

                /** StatusResponse warnings */
                warnings?: (string[]|null);

                /** StatusResponse problems */
                problems?: (weft.v1.Problem.$Properties[]|null);

                /** StatusResponse busySinceMs */
                busySinceMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StatusResponse. */
            type $Shape = weft.v1.StatusResponse.$Properties;
        }

        /**
         * Properties of a Problem.
         * @deprecated Use weft.v1.Problem.$Properties instead.
         */
        interface IProblem extends weft.v1.Problem.$Properties {
        }

        /** Represents a Problem. */
        class Problem {

            /**
             * Constructs a new Problem.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.Problem.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Problem what. */
            what: string;

            /** Problem sinceMs. */
            sinceMs: number;

            /**
             * Creates a new Problem instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Problem instance
             */
            static create(properties: weft.v1.Problem.$Shape): weft.v1.Problem & weft.v1.Problem.$Shape;
            static create(properties?: weft.v1.Problem.$Properties): weft.v1.Problem;

            /**
             * Encodes the specified Problem message. Does not implicitly {@link weft.v1.Problem.verify|verify} messages.
             * @param message Problem message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.Problem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Problem message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.Problem & weft.v1.Problem.$Shape} Problem
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.Problem & weft.v1.Problem.$Shape;
        }

        namespace Problem {

            /** Properties of a Problem. */
            interface $Properties {

                /** Problem what */
                what?: (string|null);

                /** Problem sinceMs */
                sinceMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Problem. */
            type $Shape = weft.v1.Problem.$Properties;
        }

        /**
         * Properties of a ProgramStatus.
         * @deprecated Use weft.v1.ProgramStatus.$Properties instead.
         */
        interface IProgramStatus extends weft.v1.ProgramStatus.$Properties {
        }

        /** Represents a ProgramStatus. */
        class ProgramStatus {

            /**
             * Constructs a new ProgramStatus.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.ProgramStatus.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ProgramStatus endpoint. */
            endpoint: string;

            /** ProgramStatus namespace. */
            namespace: string;

            /** ProgramStatus name. */
            name: string;

            /** ProgramStatus hook. */
            hook: string;

            /** ProgramStatus programId. */
            programId: number;

            /** ProgramStatus tag. */
            tag: string;

            /** ProgramStatus digest. */
            digest: string;

            /** ProgramStatus tier. */
            tier: string;

            /** ProgramStatus instructions. */
            instructions: number;

            /** ProgramStatus jitedBytes. */
            jitedBytes: number;

            /** ProgramStatus revision. */
            revision: number;

            /** ProgramStatus counters. */
            counters: { [k: string]: number };

            /**
             * Creates a new ProgramStatus instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ProgramStatus instance
             */
            static create(properties: weft.v1.ProgramStatus.$Shape): weft.v1.ProgramStatus & weft.v1.ProgramStatus.$Shape;
            static create(properties?: weft.v1.ProgramStatus.$Properties): weft.v1.ProgramStatus;

            /**
             * Encodes the specified ProgramStatus message. Does not implicitly {@link weft.v1.ProgramStatus.verify|verify} messages.
             * @param message ProgramStatus message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.ProgramStatus.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ProgramStatus message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.ProgramStatus & weft.v1.ProgramStatus.$Shape} ProgramStatus
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ProgramStatus & weft.v1.ProgramStatus.$Shape;
        }

        namespace ProgramStatus {

            /** Properties of a ProgramStatus. */
            interface $Properties {

                /** ProgramStatus endpoint */
                endpoint?: (string|null);

                /** ProgramStatus namespace */
                namespace?: (string|null);

                /** ProgramStatus name */
                name?: (string|null);

                /** ProgramStatus hook */
                hook?: (string|null);

                /** ProgramStatus programId */
                programId?: (number|null);

                /** ProgramStatus tag */
                tag?: (string|null);

                /** ProgramStatus digest */
                digest?: (string|null);

                /** ProgramStatus tier */
                tier?: (string|null);

                /** ProgramStatus instructions */
                instructions?: (number|null);

                /** ProgramStatus jitedBytes */
                jitedBytes?: (number|null);

                /** ProgramStatus revision */
                revision?: (number|null);

                /** ProgramStatus counters */
                counters?: ({ [k: string]: number }|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ProgramStatus. */
            type $Shape = weft.v1.ProgramStatus.$Properties;
        }

        /**
         * Properties of a WaitRequest.
         * @deprecated Use weft.v1.WaitRequest.$Properties instead.
         */
        interface IWaitRequest extends weft.v1.WaitRequest.$Properties {
        }

        /** Represents a WaitRequest. */
        class WaitRequest {

            /**
             * Constructs a new WaitRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.WaitRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** WaitRequest revision. */
            revision: number;

            /** WaitRequest event. */
            event: string;

            /** WaitRequest earlier. */
            earlier: weft.v1.RecordedEvent.$Properties[];

            /**
             * Creates a new WaitRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns WaitRequest instance
             */
            static create(properties: weft.v1.WaitRequest.$Shape): weft.v1.WaitRequest & weft.v1.WaitRequest.$Shape;
            static create(properties?: weft.v1.WaitRequest.$Properties): weft.v1.WaitRequest;

            /**
             * Encodes the specified WaitRequest message. Does not implicitly {@link weft.v1.WaitRequest.verify|verify} messages.
             * @param message WaitRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.WaitRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a WaitRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.WaitRequest & weft.v1.WaitRequest.$Shape} WaitRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.WaitRequest & weft.v1.WaitRequest.$Shape;
        }

        namespace WaitRequest {

            /** Properties of a WaitRequest. */
            interface $Properties {

                /** WaitRequest revision */
                revision?: (number|null);

                /** WaitRequest event */
                event?: (string|null);

                /** WaitRequest earlier */
                earlier?: (weft.v1.RecordedEvent.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a WaitRequest. */
            type $Shape = weft.v1.WaitRequest.$Properties;
        }

        /**
         * Properties of a RecordedEvent.
         * @deprecated Use weft.v1.RecordedEvent.$Properties instead.
         */
        interface IRecordedEvent extends weft.v1.RecordedEvent.$Properties {
        }

        /** Represents a RecordedEvent. */
        class RecordedEvent {

            /**
             * Constructs a new RecordedEvent.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.RecordedEvent.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** RecordedEvent revision. */
            revision: number;

            /** RecordedEvent event. */
            event: string;

            /**
             * Creates a new RecordedEvent instance using the specified properties.
             * @param [properties] Properties to set
             * @returns RecordedEvent instance
             */
            static create(properties: weft.v1.RecordedEvent.$Shape): weft.v1.RecordedEvent & weft.v1.RecordedEvent.$Shape;
            static create(properties?: weft.v1.RecordedEvent.$Properties): weft.v1.RecordedEvent;

            /**
             * Encodes the specified RecordedEvent message. Does not implicitly {@link weft.v1.RecordedEvent.verify|verify} messages.
             * @param message RecordedEvent message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.RecordedEvent.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a RecordedEvent message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.RecordedEvent & weft.v1.RecordedEvent.$Shape} RecordedEvent
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.RecordedEvent & weft.v1.RecordedEvent.$Shape;
        }

        namespace RecordedEvent {

            /** Properties of a RecordedEvent. */
            interface $Properties {

                /** RecordedEvent revision */
                revision?: (number|null);

                /** RecordedEvent event */
                event?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a RecordedEvent. */
            type $Shape = weft.v1.RecordedEvent.$Properties;
        }

        /**
         * Properties of a ListServicesRequest.
         * @deprecated Use weft.v1.ListServicesRequest.$Properties instead.
         */
        interface IListServicesRequest extends weft.v1.ListServicesRequest.$Properties {
        }

        /** Represents a ListServicesRequest. */
        class ListServicesRequest {

            /**
             * Constructs a new ListServicesRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.ListServicesRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListServicesRequest namespace. */
            namespace: string;

            /**
             * Creates a new ListServicesRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListServicesRequest instance
             */
            static create(properties: weft.v1.ListServicesRequest.$Shape): weft.v1.ListServicesRequest & weft.v1.ListServicesRequest.$Shape;
            static create(properties?: weft.v1.ListServicesRequest.$Properties): weft.v1.ListServicesRequest;

            /**
             * Encodes the specified ListServicesRequest message. Does not implicitly {@link weft.v1.ListServicesRequest.verify|verify} messages.
             * @param message ListServicesRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.ListServicesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListServicesRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.ListServicesRequest & weft.v1.ListServicesRequest.$Shape} ListServicesRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ListServicesRequest & weft.v1.ListServicesRequest.$Shape;
        }

        namespace ListServicesRequest {

            /** Properties of a ListServicesRequest. */
            interface $Properties {

                /** ListServicesRequest namespace */
                namespace?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListServicesRequest. */
            type $Shape = weft.v1.ListServicesRequest.$Properties;
        }

        /**
         * Properties of a ListServicesResponse.
         * @deprecated Use weft.v1.ListServicesResponse.$Properties instead.
         */
        interface IListServicesResponse extends weft.v1.ListServicesResponse.$Properties {
        }

        /** Represents a ListServicesResponse. */
        class ListServicesResponse {

            /**
             * Constructs a new ListServicesResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.ListServicesResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListServicesResponse services. */
            services: weft.v1.ListServicesResponse.Service.$Properties[];

            /** ListServicesResponse revision. */
            revision: number;

            /**
             * Creates a new ListServicesResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ListServicesResponse instance
             */
            static create(properties: weft.v1.ListServicesResponse.$Shape): weft.v1.ListServicesResponse & weft.v1.ListServicesResponse.$Shape;
            static create(properties?: weft.v1.ListServicesResponse.$Properties): weft.v1.ListServicesResponse;

            /**
             * Encodes the specified ListServicesResponse message. Does not implicitly {@link weft.v1.ListServicesResponse.verify|verify} messages.
             * @param message ListServicesResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.ListServicesResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListServicesResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.ListServicesResponse & weft.v1.ListServicesResponse.$Shape} ListServicesResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ListServicesResponse & weft.v1.ListServicesResponse.$Shape;
        }

        namespace ListServicesResponse {

            /** Properties of a ListServicesResponse. */
            interface $Properties {

                /** ListServicesResponse services */
                services?: (weft.v1.ListServicesResponse.Service.$Properties[]|null);

                /** ListServicesResponse revision */
                revision?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListServicesResponse. */
            type $Shape = weft.v1.ListServicesResponse.$Properties;

            /**
             * Properties of a Port.
             * @deprecated Use weft.v1.ListServicesResponse.Port.$Properties instead.
             */
            interface IPort extends weft.v1.ListServicesResponse.Port.$Properties {
            }

            /** Represents a Port. */
            class Port {

                /**
                 * Constructs a new Port.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: weft.v1.ListServicesResponse.Port.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Port name. */
                name: string;

                /** Port protocol. */
                protocol: string;

                /** Port port. */
                port: number;

                /** Port targetPort. */
                targetPort: string;

                /**
                 * Creates a new Port instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Port instance
                 */
                static create(properties: weft.v1.ListServicesResponse.Port.$Shape): weft.v1.ListServicesResponse.Port & weft.v1.ListServicesResponse.Port.$Shape;
                static create(properties?: weft.v1.ListServicesResponse.Port.$Properties): weft.v1.ListServicesResponse.Port;

                /**
                 * Encodes the specified Port message. Does not implicitly {@link weft.v1.ListServicesResponse.Port.verify|verify} messages.
                 * @param message Port message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: weft.v1.ListServicesResponse.Port.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Port message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {weft.v1.ListServicesResponse.Port & weft.v1.ListServicesResponse.Port.$Shape} Port
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ListServicesResponse.Port & weft.v1.ListServicesResponse.Port.$Shape;
            }

            namespace Port {

                /** Properties of a Port. */
                interface $Properties {

                    /** Port name */
                    name?: (string|null);

                    /** Port protocol */
                    protocol?: (string|null);

                    /** Port port */
                    port?: (number|null);

                    /** Port targetPort */
                    targetPort?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Port. */
                type $Shape = weft.v1.ListServicesResponse.Port.$Properties;
            }

            /**
             * Properties of a Service.
             * @deprecated Use weft.v1.ListServicesResponse.Service.$Properties instead.
             */
            interface IService extends weft.v1.ListServicesResponse.Service.$Properties {
            }

            /** Represents a Service. */
            class Service {

                /**
                 * Constructs a new Service.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: weft.v1.ListServicesResponse.Service.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Service namespace. */
                namespace: string;

                /** Service name. */
                name: string;

                /** Service type. */
                type: string;

                /** Service selector. */
                selector: { [k: string]: string };

                /** Service ports. */
                ports: weft.v1.ListServicesResponse.Port.$Properties[];

                /** Service revision. */
                revision: number;

                /**
                 * Creates a new Service instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns Service instance
                 */
                static create(properties: weft.v1.ListServicesResponse.Service.$Shape): weft.v1.ListServicesResponse.Service & weft.v1.ListServicesResponse.Service.$Shape;
                static create(properties?: weft.v1.ListServicesResponse.Service.$Properties): weft.v1.ListServicesResponse.Service;

                /**
                 * Encodes the specified Service message. Does not implicitly {@link weft.v1.ListServicesResponse.Service.verify|verify} messages.
                 * @param message Service message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: weft.v1.ListServicesResponse.Service.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Service message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {weft.v1.ListServicesResponse.Service & weft.v1.ListServicesResponse.Service.$Shape} Service
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.ListServicesResponse.Service & weft.v1.ListServicesResponse.Service.$Shape;
            }

            namespace Service {

                /** Properties of a Service. */
                interface $Properties {

                    /** Service namespace */
                    namespace?: (string|null);

                    /** Service name */
                    name?: (string|null);

                    /** Service type */
                    type?: (string|null);

                    /** Service selector */
                    selector?: ({ [k: string]: string }|null);

                    /** Service ports */
                    ports?: (weft.v1.ListServicesResponse.Port.$Properties[]|null);

                    /** Service revision */
                    revision?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Service. */
                type $Shape = weft.v1.ListServicesResponse.Service.$Properties;
            }
        }

        /**
         * Properties of a FlowBatch.
         * @deprecated Use weft.v1.FlowBatch.$Properties instead.
         */
        interface IFlowBatch extends weft.v1.FlowBatch.$Properties {
        }

        /** Represents a FlowBatch. */
        class FlowBatch {

            /**
             * Constructs a new FlowBatch.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.FlowBatch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FlowBatch host. */
            host: string;

            /** FlowBatch ends. */
            ends: weft.v1.FlowEnd.$Properties[];

            /** FlowBatch rules. */
            rules: weft.v1.FlowRule.$Properties[];

            /** FlowBatch flows. */
            flows: weft.v1.Flow.$Properties[];

            /** FlowBatch lost. */
            lost?: (weft.v1.FlowLoss.$Properties|null);

            /**
             * Creates a new FlowBatch instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FlowBatch instance
             */
            static create(properties: weft.v1.FlowBatch.$Shape): weft.v1.FlowBatch & weft.v1.FlowBatch.$Shape;
            static create(properties?: weft.v1.FlowBatch.$Properties): weft.v1.FlowBatch;

            /**
             * Encodes the specified FlowBatch message. Does not implicitly {@link weft.v1.FlowBatch.verify|verify} messages.
             * @param message FlowBatch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.FlowBatch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FlowBatch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.FlowBatch & weft.v1.FlowBatch.$Shape} FlowBatch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.FlowBatch & weft.v1.FlowBatch.$Shape;
        }

        namespace FlowBatch {

            /** Properties of a FlowBatch. */
            interface $Properties {

                /** FlowBatch host */
                host?: (string|null);

                /** FlowBatch ends */
                ends?: (weft.v1.FlowEnd.$Properties[]|null);

                /** FlowBatch rules */
                rules?: (weft.v1.FlowRule.$Properties[]|null);

                /** FlowBatch flows */
                flows?: (weft.v1.Flow.$Properties[]|null);

                /** FlowBatch lost */
                lost?: (weft.v1.FlowLoss.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FlowBatch. */
            type $Shape = weft.v1.FlowBatch.$Properties;
        }

        /**
         * Properties of a FlowLoss.
         * @deprecated Use weft.v1.FlowLoss.$Properties instead.
         */
        interface IFlowLoss extends weft.v1.FlowLoss.$Properties {
        }

        /** Represents a FlowLoss. */
        class FlowLoss {

            /**
             * Constructs a new FlowLoss.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.FlowLoss.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FlowLoss suppressed. */
            suppressed: number;

            /** FlowLoss ringFull. */
            ringFull: number;

            /** FlowLoss overflow. */
            overflow: number;

            /** FlowLoss unpublished. */
            unpublished: number;

            /** FlowLoss drops. */
            drops: number;

            /**
             * Creates a new FlowLoss instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FlowLoss instance
             */
            static create(properties: weft.v1.FlowLoss.$Shape): weft.v1.FlowLoss & weft.v1.FlowLoss.$Shape;
            static create(properties?: weft.v1.FlowLoss.$Properties): weft.v1.FlowLoss;

            /**
             * Encodes the specified FlowLoss message. Does not implicitly {@link weft.v1.FlowLoss.verify|verify} messages.
             * @param message FlowLoss message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.FlowLoss.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FlowLoss message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.FlowLoss & weft.v1.FlowLoss.$Shape} FlowLoss
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.FlowLoss & weft.v1.FlowLoss.$Shape;
        }

        namespace FlowLoss {

            /** Properties of a FlowLoss. */
            interface $Properties {

                /** FlowLoss suppressed */
                suppressed?: (number|null);

                /** FlowLoss ringFull */
                ringFull?: (number|null);

                /** FlowLoss overflow */
                overflow?: (number|null);

                /** FlowLoss unpublished */
                unpublished?: (number|null);

                /** FlowLoss drops */
                drops?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FlowLoss. */
            type $Shape = weft.v1.FlowLoss.$Properties;
        }

        /**
         * Properties of a FlowEnd.
         * @deprecated Use weft.v1.FlowEnd.$Properties instead.
         */
        interface IFlowEnd extends weft.v1.FlowEnd.$Properties {
        }

        /** Represents a FlowEnd. */
        class FlowEnd {

            /**
             * Constructs a new FlowEnd.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.FlowEnd.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FlowEnd address. */
            address: Uint8Array;

            /** FlowEnd identity. */
            identity: number;

            /** FlowEnd namespace. */
            namespace: string;

            /** FlowEnd name. */
            name: string;

            /** FlowEnd labels. */
            labels: { [k: string]: string };

            /** FlowEnd endpoint. */
            endpoint: string;

            /** FlowEnd host. */
            host: string;

            /**
             * Creates a new FlowEnd instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FlowEnd instance
             */
            static create(properties: weft.v1.FlowEnd.$Shape): weft.v1.FlowEnd & weft.v1.FlowEnd.$Shape;
            static create(properties?: weft.v1.FlowEnd.$Properties): weft.v1.FlowEnd;

            /**
             * Encodes the specified FlowEnd message. Does not implicitly {@link weft.v1.FlowEnd.verify|verify} messages.
             * @param message FlowEnd message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.FlowEnd.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FlowEnd message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.FlowEnd & weft.v1.FlowEnd.$Shape} FlowEnd
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.FlowEnd & weft.v1.FlowEnd.$Shape;
        }

        namespace FlowEnd {

            /** Properties of a FlowEnd. */
            interface $Properties {

                /** FlowEnd address */
                address?: (Uint8Array|null);

                /** FlowEnd identity */
                identity?: (number|null);

                /** FlowEnd namespace */
                namespace?: (string|null);

                /** FlowEnd name */
                name?: (string|null);

                /** FlowEnd labels */
                labels?: ({ [k: string]: string }|null);

                /** FlowEnd endpoint */
                endpoint?: (string|null);

                /** FlowEnd host */
                host?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FlowEnd. */
            type $Shape = weft.v1.FlowEnd.$Properties;
        }

        /**
         * Properties of a FlowRule.
         * @deprecated Use weft.v1.FlowRule.$Properties instead.
         */
        interface IFlowRule extends weft.v1.FlowRule.$Properties {
        }

        /** Represents a FlowRule. */
        class FlowRule {

            /**
             * Constructs a new FlowRule.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.FlowRule.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FlowRule kind. */
            kind: string;

            /** FlowRule tier. */
            tier: string;

            /** FlowRule namespace. */
            namespace: string;

            /** FlowRule policy. */
            policy: string;

            /** FlowRule direction. */
            direction: string;

            /** FlowRule list. */
            list: string;

            /** FlowRule index. */
            index: number;

            /** FlowRule name. */
            name: string;

            /** FlowRule revision. */
            revision: number;

            /**
             * Creates a new FlowRule instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FlowRule instance
             */
            static create(properties: weft.v1.FlowRule.$Shape): weft.v1.FlowRule & weft.v1.FlowRule.$Shape;
            static create(properties?: weft.v1.FlowRule.$Properties): weft.v1.FlowRule;

            /**
             * Encodes the specified FlowRule message. Does not implicitly {@link weft.v1.FlowRule.verify|verify} messages.
             * @param message FlowRule message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.FlowRule.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FlowRule message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.FlowRule & weft.v1.FlowRule.$Shape} FlowRule
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.FlowRule & weft.v1.FlowRule.$Shape;
        }

        namespace FlowRule {

            /** Properties of a FlowRule. */
            interface $Properties {

                /** FlowRule kind */
                kind?: (string|null);

                /** FlowRule tier */
                tier?: (string|null);

                /** FlowRule namespace */
                namespace?: (string|null);

                /** FlowRule policy */
                policy?: (string|null);

                /** FlowRule direction */
                direction?: (string|null);

                /** FlowRule list */
                list?: (string|null);

                /** FlowRule index */
                index?: (number|null);

                /** FlowRule name */
                name?: (string|null);

                /** FlowRule revision */
                revision?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FlowRule. */
            type $Shape = weft.v1.FlowRule.$Properties;
        }

        /** FlowVerdict enum. */
        enum FlowVerdict {

            /** FLOW_VERDICT_UNSPECIFIED value */
            FLOW_VERDICT_UNSPECIFIED = 0,

            /** FLOW_VERDICT_FORWARDED value */
            FLOW_VERDICT_FORWARDED = 1,

            /** FLOW_VERDICT_DROPPED value */
            FLOW_VERDICT_DROPPED = 2,

            /** FLOW_VERDICT_CUT value */
            FLOW_VERDICT_CUT = 3,

            /** FLOW_VERDICT_KEPT value */
            FLOW_VERDICT_KEPT = 4
        }

        /** FlowDirection enum. */
        enum FlowDirection {

            /** FLOW_DIRECTION_UNSPECIFIED value */
            FLOW_DIRECTION_UNSPECIFIED = 0,

            /** FLOW_DIRECTION_INGRESS value */
            FLOW_DIRECTION_INGRESS = 1,

            /** FLOW_DIRECTION_EGRESS value */
            FLOW_DIRECTION_EGRESS = 2
        }

        /** FlowState enum. */
        enum FlowState {

            /** FLOW_STATE_UNSPECIFIED value */
            FLOW_STATE_UNSPECIFIED = 0,

            /** FLOW_STATE_NEW value */
            FLOW_STATE_NEW = 1,

            /** FLOW_STATE_ESTABLISHED value */
            FLOW_STATE_ESTABLISHED = 2,

            /** FLOW_STATE_REPLY value */
            FLOW_STATE_REPLY = 3,

            /** FLOW_STATE_RELATED value */
            FLOW_STATE_RELATED = 4
        }

        /**
         * Properties of a Flow.
         * @deprecated Use weft.v1.Flow.$Properties instead.
         */
        interface IFlow extends weft.v1.Flow.$Properties {
        }

        /** Represents a Flow. */
        class Flow {

            /**
             * Constructs a new Flow.
             * @param [properties] Properties to set
             */
            constructor(properties?: weft.v1.Flow.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Flow verdict. */
            verdict: weft.v1.FlowVerdict;

            /** Flow reason. */
            reason: string;

            /** Flow direction. */
            direction: weft.v1.FlowDirection;

            /** Flow source. */
            source: number;

            /** Flow destination. */
            destination: number;

            /** Flow sourcePort. */
            sourcePort: number;

            /** Flow destinationPort. */
            destinationPort: number;

            /** Flow protocol. */
            protocol: number;

            /** Flow icmp. */
            icmp: number;

            /** Flow tcpFlags. */
            tcpFlags: number;

            /** Flow state. */
            state: weft.v1.FlowState;

            /** Flow revision. */
            revision: number;

            /** Flow ruleNumber. */
            ruleNumber: number;

            /** Flow rule. */
            rule: number;

            /** Flow count. */
            count: number;

            /** Flow bytes. */
            bytes: number;

            /** Flow firstMs. */
            firstMs: number;

            /** Flow durationMs. */
            durationMs: number;

            /** Flow detail. */
            detail: string;

            /**
             * Creates a new Flow instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Flow instance
             */
            static create(properties: weft.v1.Flow.$Shape): weft.v1.Flow & weft.v1.Flow.$Shape;
            static create(properties?: weft.v1.Flow.$Properties): weft.v1.Flow;

            /**
             * Encodes the specified Flow message. Does not implicitly {@link weft.v1.Flow.verify|verify} messages.
             * @param message Flow message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: weft.v1.Flow.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Flow message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {weft.v1.Flow & weft.v1.Flow.$Shape} Flow
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): weft.v1.Flow & weft.v1.Flow.$Shape;
        }

        namespace Flow {

            /** Properties of a Flow. */
            interface $Properties {

                /** Flow verdict */
                verdict?: (weft.v1.FlowVerdict|null);

                /** Flow reason */
                reason?: (string|null);

                /** Flow direction */
                direction?: (weft.v1.FlowDirection|null);

                /** Flow source */
                source?: (number|null);

                /** Flow destination */
                destination?: (number|null);

                /** Flow sourcePort */
                sourcePort?: (number|null);

                /** Flow destinationPort */
                destinationPort?: (number|null);

                /** Flow protocol */
                protocol?: (number|null);

                /** Flow icmp */
                icmp?: (number|null);

                /** Flow tcpFlags */
                tcpFlags?: (number|null);

                /** Flow state */
                state?: (weft.v1.FlowState|null);

                /** Flow revision */
                revision?: (number|null);

                /** Flow ruleNumber */
                ruleNumber?: (number|null);

                /** Flow rule */
                rule?: (number|null);

                /** Flow count */
                count?: (number|null);

                /** Flow bytes */
                bytes?: (number|null);

                /** Flow firstMs */
                firstMs?: (number|null);

                /** Flow durationMs */
                durationMs?: (number|null);

                /** Flow detail */
                detail?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Flow. */
            type $Shape = weft.v1.Flow.$Properties;
        }
    }
}
