import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace";
import { wrong } from "./otlp.ts";

/** The sampler that OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG name; every trace when they are not set. */
export function samplerFromEnvironment(env: Readonly<Record<string, string | undefined>>): Sampler {
  const name = env.OTEL_TRACES_SAMPLER || "parentbased_always_on";
  const ratio = () => new TraceIdRatioBasedSampler(ratioOf(env.OTEL_TRACES_SAMPLER_ARG));
  switch (name) {
    case "always_on":
      return new AlwaysOnSampler();
    case "always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
      return ratio();
    case "parentbased_always_on":
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case "parentbased_always_off":
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case "parentbased_traceidratio":
      return new ParentBasedSampler({ root: ratio() });
    default:
      throw wrong("OTEL_TRACES_SAMPLER", name, "a sampler of the OpenTelemetry specification");
  }
}

function ratioOf(text: string | undefined): number {
  const ratio = Number(text || "1");
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw wrong("OTEL_TRACES_SAMPLER_ARG", text ?? "", "a number from 0 to 1");
}
