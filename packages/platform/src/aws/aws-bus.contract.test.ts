import { busContract } from '../testing/bus.contract.ts';
import { holdTo } from '../testing/contract.ts';
import { openBusUnderTest } from '../testing/fauxqs/bus-under-test.ts';

holdTo('SNS and SQS as the bus', busContract, () => openBusUnderTest());
