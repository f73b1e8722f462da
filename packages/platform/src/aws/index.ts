export { type BusResources, readBusResources, type TopicResources } from './resources.ts';
