import type { Reporter, TestCase } from 'vitest/node';

/** Leaves the progress to the runs themselves, says what failed and why, and ends with `N passed, N failed`. */
export function createReporter(write: (line: string) => void): Reporter {
  return {
    onTestCaseResult(test: TestCase) {
      const { state, errors } = test.result();
      write(`${state === 'passed' ? 'passed' : 'FAILED'}: ${test.name}`);
      for (const { message, stack } of errors ?? []) write(stack ?? message);
    },
    onTestRunEnd(modules, unhandled) {
      for (const { message, stack } of unhandled) write(stack ?? message);
      const broken = modules.filter((module) => module.errors().length > 0);
      for (const module of broken) for (const { message, stack } of module.errors()) write(stack ?? message);
      const tests = modules.flatMap((module) => [...module.children.allTests()]);
      const passed = tests.filter((test) => test.result().state === 'passed').length;
      const failed = tests.filter((test) => test.result().state === 'failed').length + broken.length + unhandled.length;
      write(`${passed} passed, ${failed} failed`);
    },
  };
}
