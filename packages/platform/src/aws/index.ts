export { openAwsBus } from './bus.ts';
export { type BusResources, readBusResources, type TopicResources } from './resources.ts';
