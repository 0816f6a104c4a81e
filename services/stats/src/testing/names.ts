import { parseUnikernelName, type UnikernelName } from '@albatross/shared/domain/name';

export const unikernel = (text: string): UnikernelName => parseUnikernelName(text);
